// Sorting and filtering. Without it the page says the same, worst first.
(() => {
  'use strict';
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const counted = (n, one, many) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
  const plain = text => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const collator = new Intl.Collator('en', {numeric: true, sensitivity: 'base'});
  const status = document.querySelector('#status');
  const say = text => { if (status) status.textContent = text; };

  // Tables: each head of a column is a button; a third press brings the first order back.
  const keyOf = (row, column, kind) => {
    if (kind === 'severity') return Number(row.dataset.s);
    const text = row.cells[column].textContent.trim();
    return kind === 'number' ? Number(text.replace(/,/g, '')) || 0 : text;
  };
  const sort = (table, head, order) => {
    const body = table.tBodies[0];
    table.firstOrder ??= [...body.rows];
    const kind = head.dataset.sort;
    const rows = table.firstOrder.map(row => ({row, key: keyOf(row, head.cellIndex, kind)}));
    const compare = kind === 'text' ? (a, b) => collator.compare(a.key, b.key) : (a, b) => a.key - b.key;
    const sign = order === 'descending' ? -1 : 1;
    if (order !== 'none') rows.sort((a, b) => sign * compare(a, b));
    body.append(...rows.map(({row}) => row));
    all('th[aria-sort]', table).forEach(other => other.setAttribute('aria-sort', 'none'));
    head.setAttribute('aria-sort', order);
    const said = order === 'none' ? 'in the first order' : `sorted by ${head.textContent.trim()}, ${order}`;
    say(`${table.caption.textContent.trim()}: ${said}.`);
  };
  const makeSortable = table => {
    for (const head of all('th[data-sort]', table)) {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute('aria-sort', 'none');
      const orders = head.dataset.sort === 'text' ? ['ascending', 'descending', 'none'] : ['descending', 'ascending', 'none'];
      button.addEventListener('click', () => {
        sort(table, head, orders[(orders.indexOf(head.getAttribute('aria-sort')) + 1) % 3]);
      });
    }
  };
  all('table').forEach(makeSortable);
  document.body.classList.add('sortable');

  // Owners: what a link leads to opens.
  const owners = all('details.owner');
  const openTarget = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (target && target.matches('details')) target.open = true;
  };
  addEventListener('hashchange', openTarget);
  openTarget();

  // Printed, everything is open.
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = all('details:not([open])');
    closed.forEach(one => { one.open = true; });
  });
  addEventListener('afterprint', () => closed.forEach(one => { one.open = false; }));

  // The filter hides rows, and owners of whom no row is left.
  const filter = document.querySelector('#filter');
  if (!filter) return;
  const [words, severity, policy] = ['#filter-text', '#filter-severity', '#filter-policy'].map(id => filter.querySelector(id));
  const toggle = filter.querySelector('#toggle');
  const total = all('details.owner .rows tbody tr').length;
  const wasOpen = new Map();
  let filtering = false;

  const apply = () => {
    const wanted = plain(words.value).split(/\s+/).filter(Boolean);
    const active = wanted.length > 0 || severity.value !== '' || policy.value !== '';
    if (active && !filtering) owners.forEach(owner => wasOpen.set(owner, owner.open));
    let shown = 0;
    let shownOwners = 0;
    for (const owner of owners) {
      owner.plainName ??= plain(owner.querySelector('h3').textContent);
      let left = 0;
      for (const row of all('tbody tr', owner)) {
        row.plainText ??= plain(row.textContent);
        const fits = (severity.value === '' || row.dataset.s === severity.value) &&
          (policy.value === '' || row.dataset.p === policy.value) &&
          wanted.every(word => row.plainText.includes(word) || owner.plainName.includes(word));
        row.hidden = !fits;
        if (fits) left += 1;
      }
      owner.hidden = active && left === 0;
      if (active) owner.open = left > 0;
      else if (filtering) owner.open = wasOpen.get(owner);
      shown += left;
      if (left > 0) shownOwners += 1;
    }
    filtering = active;
    nameToggle();
    if (!active) return say('');
    say(shown === 0 ? 'No violation on this page fits; clear the filter to see all.'
      : `${counted(shown, 'violation', 'violations')} of ${total.toLocaleString('en')} shown, of ${counted(shownOwners, 'owner', 'owners')}.`);
  };
  const nameToggle = () => {
    toggle.textContent = owners.some(owner => !owner.hidden && !owner.open) ? 'Open all' : 'Close all';
  };

  let waiting = 0;
  words.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  });
  severity.addEventListener('change', apply);
  policy.addEventListener('change', apply);
  const clear = () => {
    words.value = severity.value = policy.value = '';
    apply();
  };
  filter.querySelector('#clear').addEventListener('click', () => {
    clear();
    words.focus();
  });
  toggle.addEventListener('click', () => {
    const open = toggle.textContent === 'Open all';
    owners.forEach(owner => { if (!owner.hidden) owner.open = open; });
    nameToggle();
  });
  owners.forEach(owner => owner.addEventListener('toggle', nameToggle));

  // A policy's name shows what it found.
  for (const link of all('a[data-p]')) {
    link.addEventListener('click', () => {
      words.value = severity.value = '';
      policy.value = link.dataset.p;
      apply();
    });
  }
  // An owner's name leads to the owner, whatever the filter hides.
  for (const link of all('#owners a')) {
    link.addEventListener('click', () => {
      const target = document.getElementById(link.hash.slice(1));
      if (target?.hidden) clear();
      if (target) target.open = true;
    });
  }
  filter.hidden = false;
  nameToggle();
})();
