"""What the functional tests share: the programs against a sandbox of their own, and the ledger held against what is
true there."""

import csv
import io
import json
import os
import sqlite3
import subprocess
import urllib.request

DONE, REMOTE_FAILED = 0, 4
# Moves with its account and leaves the stamp alone: fetched again once a day only.
CALCULATED = {"Account_Segment__c"}


# Whatever proxy the environment names has no business here.
LOOPBACK = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def demand(holds, what):
    if not holds:
        raise SystemExit(f"failed: {what}")


class World:
    """A sandbox, and a folder with a ledger and a configuration: `sources` makes its text of what the sandbox says."""

    def __init__(self, plumbline, sandbox, folder, sources, opportunities=400):
        self.plumbline = plumbline
        self.folder = folder
        self.ledger = os.path.join(folder, "sales.ledger")
        self.configuration = os.path.join(folder, "plumbline.yaml")
        words = [sandbox, "--port", "0", "--seed", "11", "--opportunities", str(opportunities)]
        words += ["--speed", "0", "--keys", folder]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.place = json.loads(self.process.stdout.readline())
        self.write_configuration(sources(self.place))

    def write_configuration(self, sources, more=""):
        port = self.place["base_url"].rsplit(":", 1)[1]
        with open(self.configuration, "w", encoding="utf-8") as file:
            file.write(f"ledger: {{file: {self.ledger}}}\nclock: sandbox://127.0.0.1:{port}\n{more}sources:\n{sources}")

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


def salesforce_section(place, objects):
    salesforce = place["salesforce"]
    return (
        "  salesforce:\n"
        f"    objects: [{', '.join(objects)}]\n"
        "    login:\n"
        f"      url: {salesforce['login_url']}\n"
        f"      client_id: {salesforce['client_id']}\n"
        f"      username: {salesforce['username']}\n"
        f"      key_file: {salesforce['jwt_key_file']}\n"
    )


def compare_object(world, name, without=()):
    """How many records there are, each as it is in the sandbox, but for the fields named."""
    truth = {row["Id"][:15]: row for row in csv.DictReader(io.StringIO(world.ask(f"/truth/{name}")))}
    for record in truth.values():
        for field in without:
            record.pop(field, None)
    found = differences(truth, known_records(world.ledger, name))
    demand(not found, f"{name}: {len(found)} differences:\n" + "\n".join(found[:20]))
    return len(truth)
