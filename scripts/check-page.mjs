// The browser's half of scripts/check-page: opens pages in headless Chromium and looks at what people meet.
//   node check-page.mjs MODULES_FOLDER CHROMIUM OUTPUT_FOLDER PAGE.html...
// Every fault is told; the status is 1 where there was one.
import fs from 'node:fs';
import path from 'node:path';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const [modules, chromium, output, ...pages] = process.argv.slice(2);
const require = createRequire(path.join(modules, 'package.json'));
const {chromium: launcher} = require('playwright-core');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const sizes = [{width: 1280, height: 900}, {width: 390, height: 844}];
const schemes = ['light', 'dark'];
// What fails the check; less is only told.
const grave = ['serious', 'critical'];
let faults = 0;

const fault = text => {
  faults += 1;
  console.error(`  FAULT ${text}`);
};

async function open(browser, file, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on('console', message => { if (message.type() === 'error') fault(`console: ${message.text()}`); });
  page.on('pageerror', error => fault(`script: ${error.message}`));
  page.on('request', request => {
    if (request.url() !== pathToFileURL(file).href) fault(`asked for ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return page;
}

// axe-core's rules, and nothing wider than the screen.
async function look(page, what) {
  const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  if (wide > screen) fault(`${what}: ${wide} pixels wide on a screen of ${screen}`);
  await page.evaluate(axe);
  const result = await page.evaluate(() => axe.run());
  for (const {impact, id, help, nodes} of result.violations) {
    const text = `${what}: ${id} (${impact}), ${help}: ${nodes.length} times, such as ${nodes[0].html.slice(0, 200)}`;
    if (grave.includes(impact)) fault(text);
    else console.log(`  ${text}`);
  }
}

// With the keyboard alone: sort by each head of the first table, find a record, clear again.
async function operate(page) {
  const heads = page.locator('table').first().locator('thead button:visible');
  const count = await heads.count();
  for (let i = 0; i < count; ++i) {
    await heads.nth(i).focus();
    await page.keyboard.press('Enter');
    const sorted = await heads.nth(i).locator('xpath=..').getAttribute('aria-sort');
    if (sorted !== 'ascending' && sorted !== 'descending') fault(`head ${i} of the first table does not sort`);
  }
  if (await page.locator('#filter').count() === 0) return;
  const rows = page.locator('details.owner tbody tr');
  const all = await rows.count();
  const words = page.locator('#filter-text');
  await words.fill('no record has this in its name');
  await page.waitForFunction(() => document.querySelector('#status').textContent.includes('fits'));
  if (await page.locator('details.owner:not([hidden])').count() > 0) fault('the filter lets through what does not fit');
  await page.locator('#clear').focus();
  await page.keyboard.press('Enter');
  if (await page.locator('details.owner tbody tr[hidden]').count() > 0) fault('Clear leaves rows hidden');
  if (await rows.count() !== all) fault('filtering loses rows');
}

const browser = await launcher.launch({
  executablePath: chromium,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
for (const file of pages) {
  const name = path.basename(file, '.html');
  console.log(`${name}:`);
  for (const viewport of sizes) {
    for (const colorScheme of schemes) {
      const what = `${name}-${viewport.width}-${colorScheme}`;
      const page = await open(browser, file, {viewport, colorScheme});
      await page.screenshot({path: path.join(output, `${what}.png`)});
      await look(page, what);
      await page.evaluate(() => document.querySelectorAll('details').forEach(one => { one.open = true; }));
      await look(page, `${what}, open`);
      await operate(page);
      await page.context().close();
    }
  }
  const plain = await open(browser, file, {viewport: sizes[0], javaScriptEnabled: false});
  if (await plain.locator('#filter:visible').count() > 0) fault(`${name}: controls without a script to work them`);
  if (await plain.locator('h1:visible').count() !== 1) fault(`${name}: no headline without scripts`);
  await plain.pdf({path: path.join(output, `${name}.pdf`), preferCSSPageSize: true});
  await plain.context().close();
}
await browser.close();
console.log(faults === 0 ? 'No fault.' : `${faults} faults.`);
process.exit(faults === 0 ? 0 : 1);
