#!/usr/bin/env bash
# Inside the container of scripts/try-service, as root: the service and a sandbox that it asks.
set -euo pipefail

failed() {
  echo "FAILED: $1"
  systemctl status plumbline --no-pager || true
  journalctl -u plumbline --no-pager -o cat | tail -40
  exit 1
}
holds() { # WHAT COMMAND...
  local what=$1
  shift
  "$@" >/dev/null 2>&1 || failed "$what"
  echo "ok  $what"
}
# within SECONDS WHAT COMMAND...: until it succeeds
within() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || failed "$what"
    sleep 0.3
  done
  echo "ok  $what"
}
# To the end, so that journalctl is not cut off while it writes.
journal_has() { journalctl -u plumbline --no-pager -o cat | grep -E -- "$1" >/dev/null; }
property() { systemctl show plumbline --property="$1" --value; }
reloads() { journalctl -u plumbline --no-pager -o cat | grep -c "event=reload result=$1"; }
main_pid() { property MainPID; }
has_restarted() { [ "$(main_pid)" != "$1" ] && [ "$(main_pid)" != 0 ] && systemctl is-active --quiet plumbline; }

mkdir -p /etc/plumbline /root/keys
plumbline-sandbox --port 0 --seed 3 --opportunities 200 --speed 0 --keys /root/keys >/root/place.json &
within 20 "the sandbox answers" test -s /root/place.json
place() { python3 -c "import json; d = json.load(open('/root/place.json')); print($1)"; }

# The key belongs to root, and the service gets it as a credential.
install -m 600 "$(place "d['salesforce']['jwt_key_file']")" /etc/plumbline/salesforce.pem
mkdir -p /etc/systemd/system/plumbline.service.d
cat >/etc/systemd/system/plumbline.service.d/try.conf <<'UNIT'
[Service]
LoadCredential=salesforce:/etc/plumbline/salesforce.pem
RestartSec=1
WatchdogSec=6
UNIT
cat >/etc/plumbline/plumbline.yaml <<YAML
ledger: {file: /var/lib/plumbline/sales.ledger}
daemon: {health_port: 9464, most_memory_bytes: 268435456}
sources:
  salesforce:
    objects: [Opportunity, Account, User]
    every: 10 s
    login:
      url: $(place "d['salesforce']['login_url']")
      client_id: $(place "d['salesforce']['client_id']")
      username: $(place "d['salesforce']['username']")
      credential: salesforce
YAML

systemctl daemon-reload
holds "it starts, and says that it is ready" systemctl start plumbline
holds "it is active" systemctl is-active plumbline
holds "it is not root" test "$(stat -c %u "/proc/$(main_pid)")" -ne 0
holds "it is alive" curl -sf http://127.0.0.1:9464/healthz
within 60 "it has synced, and is ready by /readyz" curl -sf http://127.0.0.1:9464/readyz
holds "the journal has the sync, key=value" journal_has 'event=sync source=salesforce:main result=ok'
within 30 "what came was judged" journal_has 'event=judging result=ok'
holds "systemctl status says how it is" test -n "$(property StatusText)"
echo "    status: $(property StatusText)"
holds "only its user can look into its folder" test "$(stat -L -c %a /var/lib/private/plumbline)" = 700
holds "the journal holds nothing of the key" sh -c "! journalctl -u plumbline -o cat | grep -F \"\$(sed -n 3p /etc/plumbline/salesforce.pem)\""

before=$(reloads accepted || true)
holds "it can be reloaded" systemctl reload plumbline
accepted_more() { [ "$(reloads accepted)" -gt "$1" ]; }
within 10 "the configuration was read anew" accepted_more "$before"
cp /etc/plumbline/plumbline.yaml /root/good.yaml
echo 'sauces: {}' >>/etc/plumbline/plumbline.yaml
systemctl reload plumbline || true
within 10 "a configuration with a fault is refused" journal_has 'event=reload result=refused'
holds "and the service goes on" systemctl is-active plumbline
cp /root/good.yaml /etc/plumbline/plumbline.yaml

pid=$(main_pid)
kill -9 "$pid"
within 20 "after kill -9 it is started again" has_restarted "$pid"
within 60 "and is ready again" curl -sf http://127.0.0.1:9464/readyz
pid=$(main_pid)
kill -STOP "$pid"
within 40 "a service that hangs is started again by the watchdog" has_restarted "$pid"
within 60 "and is ready again" curl -sf http://127.0.0.1:9464/readyz

began=$SECONDS
holds "it stops" systemctl stop plumbline
holds "soon" test $((SECONDS - began)) -le 10
holds "with success" test "$(property Result)" = success
holds "and says so" journal_has 'event=stopped'
holds "its log verifies" plumbline log verify /var/lib/private/plumbline/sales.ledger \
  --pubkey /var/lib/private/plumbline/sales.ledger.pub
exposure=$(systemd-analyze security plumbline.service --no-pager | sed -n 's/.*Overall exposure level.*: \([0-9.]*\).*/\1/p')
echo "    systemd-analyze security: $exposure"
holds "it is exposed by 1.5 at most" python3 -c "exit(0 if float('$exposure') <= 1.5 else 1)"
