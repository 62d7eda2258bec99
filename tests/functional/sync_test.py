"""The programs as they are, against the sandbox: after days of a team's life, faults and a kill, what the ledger holds
is what the sandbox holds, row for row and field for field.

    sync_test.py PLUMBLINE SANDBOX
"""

import csv
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

OBJECTS = ["Opportunity", "Account", "User", "Task", "Event", "Lead", "OpportunityFieldHistory"]
KEPT_AS_CHANGES = "OpportunityFieldHistory"
# Moves with its account and leaves the stamp alone: fetched again once a day only.
CALCULATED = {"Account_Segment__c"}
SYNCS = 6
HOURS_BETWEEN = 5
SECONDS_PER_HOUR = 3600
DONE, REMOTE_FAILED = 0, 4
WEATHER = [
    {"kind": "503", "rate": 0.02},
    {"kind": "502_html", "rate": 0.02},
    {"kind": "429", "rate": 0.02},
    {"kind": "reset", "rate": 0.02},
    {"kind": "truncate", "rate": 0.02},
    {"kind": "bad_locator", "rate": 0.02},
    {"kind": "401_expired", "rate": 0.02},
]


# Whatever proxy the environment names has no business here.
LOOPBACK = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def demand(holds, what):
    if not holds:
        raise SystemExit(f"sync_test: {what}")


class World:
    def __init__(self, plumbline, sandbox, folder):
        self.plumbline = plumbline
        self.folder = folder
        self.ledger = os.path.join(folder, "sales.ledger")
        self.configuration = os.path.join(folder, "plumbline.yaml")
        words = [sandbox, "--port", "0", "--seed", "11", "--opportunities", "400", "--speed", "0", "--keys", folder]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.place = json.loads(self.process.stdout.readline())
        self.write_configuration()

    def write_configuration(self):
        salesforce = self.place["salesforce"]
        port = self.place["base_url"].rsplit(":", 1)[1]
        with open(self.configuration, "w", encoding="utf-8") as file:
            file.write(
                f"ledger: {{file: {self.ledger}}}\n"
                f"clock: sandbox://127.0.0.1:{port}\n"
                "sources:\n"
                "  salesforce:\n"
                f"    objects: [{', '.join(OBJECTS)}]\n"
                "    login:\n"
                f"      url: {salesforce['login_url']}\n"
                f"      client_id: {salesforce['client_id']}\n"
                f"      username: {salesforce['username']}\n"
                f"      key_file: {salesforce['jwt_key_file']}\n"
            )

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with LOOPBACK.open(self.place["control_url"] + path, data=data, timeout=60) as reply:
            return reply.read().decode()

    def start_sync(self):
        words = [self.plumbline, "sync", "--once", "--config", self.configuration]
        return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def sync(self, *expected):
        process = self.start_sync()
        said, _ = process.communicate(timeout=240)
        demand(process.returncode in expected, f"sync ended with {process.returncode}:\n{said}")
        return said

    def run(self, *words):
        done = subprocess.run([self.plumbline, *words], capture_output=True, text=True, timeout=120, check=False)
        demand(done.returncode == DONE, f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def end(self):
        self.process.terminate()
        demand(self.process.wait(timeout=30) == 0, "the sandbox did not end well")


def plain(value):
    """A value as both sides would write it."""
    if value is None:
        return ""
    text = str(value)
    if text.lower() in ("true", "false"):
        text = "1" if text.lower() == "true" else "0"
    if len(text) > 19 and text[10:11] == "T":
        return text[:19] + "Z"
    try:
        return repr(float(text))
    except ValueError:
        return text


def known_records(ledger, name):
    database = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    records = {}
    for row in database.execute(f'SELECT * FROM "{name}" WHERE _unseen_at IS NULL'):
        record = {column: row[column] for column in row.keys() if not column.startswith("_")}
        record.update(json.loads(row["_other"] or "{}"))
        record["IsDeleted"] = row["_deleted"]
        records[row["_key"]] = record
    database.close()
    return records


def differences(truth, known):
    found = [f"{key} is missing" for key in truth if key not in known]
    found += [f"{key} is known and should not be" for key in known if key not in truth]
    for key, record in truth.items():
        for field, value in record.items():
            if key not in known or field in CALCULATED or (field == "IsDeleted" and value == ""):
                continue
            if plain(known[key].get(field)) != plain(value):
                found.append(f"{key}.{field} is {known[key].get(field)!r}, in truth {value!r}")
    return found


def compare(world):
    compared = 0
    for name in OBJECTS:
        if name == KEPT_AS_CHANGES:
            continue
        truth = {row["Id"][:15]: row for row in csv.DictReader(io.StringIO(world.ask(f"/truth/{name}")))}
        found = differences(truth, known_records(world.ledger, name))
        demand(not found, f"{name}: {len(found)} differences:\n" + "\n".join(found[:20]))
        compared += len(truth)
    return compared


def live(world):
    world.sync(DONE)
    for number in range(SYNCS):
        world.ask("/faults", {"faults": WEATHER})
        world.ask("/clock", {"advance_seconds": HOURS_BETWEEN * SECONDS_PER_HOUR})
        process = world.start_sync()
        if number % 2 == 1:
            time.sleep(0.05 * number)
            process.send_signal(signal.SIGKILL)
        process.communicate(timeout=240)
        demand(process.returncode in (DONE, REMOTE_FAILED, -signal.SIGKILL), f"sync ended with {process.returncode}")
    world.ask("/faults", {"clear": True})
    world.ask("/settings", {"quiet_life": True})
    # So that what was done last lies behind what a delta stays away from.
    world.ask("/clock", {"advance_seconds": SECONDS_PER_HOUR})
    world.sync(DONE)


def main():
    with tempfile.TemporaryDirectory(prefix="plumbline-sync-") as folder:
        world = World(sys.argv[1], sys.argv[2], folder)
        try:
            live(world)
            compared = compare(world)
            demand(compared > 1000, f"only {compared} records were compared")
            judged = world.run("judge", "--ledger", world.ledger, "--config", world.configuration)
            demand(" opened" in judged, f"judging opened nothing:\n{judged}")
            world.run("log", "verify", world.ledger)
        finally:
            world.end()
    print(f"{compared} records are what they are in the sandbox")


main()
