"""Checkpoints of the audit log leave the machine to a webhook, whatever becomes of it meanwhile; and what it then has
shows that a ledger was put back.

    anchor_test.py PLUMBLINE SANDBOX
"""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

DONE, USAGE, REMOTE_FAILED, INTEGRITY_FAILED = 0, 2, 4, 5
PATIENCE = 60
DOWN = {"kind": "503", "on": "/anchors"}
# Whatever proxy the environment names has no business here.
LOOPBACK = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def demand(holds, what):
    if not holds:
        raise SystemExit(f"anchor_test: {what}")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class World:
    def __init__(self, plumbline, sandbox, folder):
        self.plumbline = plumbline
        self.folder = folder
        self.ledger = os.path.join(folder, "sales.ledger")
        self.configuration = os.path.join(folder, "plumbline.yaml")
        self.said = ""
        self.health_port = free_port()
        words = [sandbox, "--port", "0", "--seed", "5", "--opportunities", "60", "--speed", "0", "--keys", folder]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.place = json.loads(self.process.stdout.readline())
        self.write_configuration()

    def write_configuration(self):
        salesforce = self.place["salesforce"]
        port = self.place["base_url"].rsplit(":", 1)[1]
        with open(self.configuration, "w", encoding="utf-8") as file:
            file.write(
                f"ledger: {{file: {self.ledger}}}\n"
                "audit:\n"
                "  anchors:\n"
                f"    - {{webhook: auditor, url_file: {self.place['anchors']['url_file']}}}\n"
                f"clock: sandbox://127.0.0.1:{port}\n"
                f"daemon: {{health_port: {self.health_port}}}\n"
                "sources:\n"
                "  salesforce:\n"
                "    objects: [Opportunity, User]\n"
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

    def run(self, *words, status=DONE):
        done = subprocess.run([self.plumbline, *words], capture_output=True, text=True, timeout=120, check=False)
        said = done.stdout + done.stderr
        self.said += said
        demand(done.returncode == status, f"{words} ended with {done.returncode}:\n{said}")
        return said

    def configured(self, *words, status=DONE):
        return self.run(*words, "--config", self.configuration, status=status)

    def kept(self):
        """What the webhook got, as a file."""
        path = os.path.join(self.folder, "kept.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.ask("/anchors"))
        return path

    def verify(self, status=DONE):
        key = self.ledger + ".pub"
        return self.run("log", "verify", self.ledger, "--pubkey", key, "--anchor", self.kept(), status=status)

    def metric(self, name):
        try:
            with LOOPBACK.open(f"http://127.0.0.1:{self.health_port}/metrics", timeout=10) as reply:
                text = reply.read().decode()
        except (urllib.error.URLError, ConnectionError):
            return None
        found = re.search(rf"^plumbline_{re.escape(name)} (\S+)$", text, re.MULTILINE)
        return float(found.group(1)) if found else None

    def await_metric(self, name, wanted, holds):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            value = self.metric(name)
            if value is not None and holds(value):
                return
            time.sleep(0.05)
        demand(False, f"{name} is {self.metric(name)}, and not {wanted}:\n{self.log()}")

    def log(self):
        with open(os.path.join(self.folder, "run.log"), encoding="utf-8") as file:
            return file.read()

    def start_service(self):
        with open(os.path.join(self.folder, "run.log"), "w", encoding="utf-8") as log:
            return subprocess.Popen([self.plumbline, "run", "--config", self.configuration], stderr=log)

    def end(self):
        self.process.terminate()
        demand(self.process.wait(timeout=30) == 0, "the sandbox did not end well")


def back_up(ledger, copy):
    with sqlite3.connect(ledger) as database, sqlite3.connect(copy) as other:
        database.backup(other)


def put_back(copy, ledger):
    for end in ("-wal", "-shm"):
        if os.path.exists(ledger + end):
            os.remove(ledger + end)
    os.replace(copy, ledger)


def by_hand(world):
    said = world.configured("sync", "--once")
    demand("webhook:auditor: has the checkpoint of" in said, f"sync does not tell of the webhook:\n{said}")
    demand("anchored to its end" in world.verify(), "the webhook does not know the end of the log")

    world.ask("/faults", DOWN)
    judged = world.configured("judge", "--ledger", world.ledger)
    demand("the checkpoint is due at webhook auditor" in judged, f"judge does not say what is due:\n{judged}")
    failed = world.configured("log", "anchor", status=REMOTE_FAILED)
    demand("127.0.0.1" in failed and "answered 503" in failed, f"it does not say what failed:\n{failed}")
    synced = world.configured("sync", "--once")
    demand("the checkpoint stays due" in synced, f"sync does not say that it failed:\n{synced}")
    status = world.configured("status")
    demand("webhook:auditor knows the log up to" in status, f"status tells no problem:\n{status}")
    demand("rollback cannot be excluded" in world.verify(), "nobody can have told the webhook")

    world.ask("/faults", {"clear": True})
    world.configured("log", "anchor")
    demand("anchored to its end" in world.verify(), "the webhook was not told afterwards")
    demand("webhook:auditor knows the log up to" not in world.configured("status"), "status has not noticed")


def by_itself(world):
    world.ask("/faults", DOWN)
    service = world.start_service()
    try:
        world.await_metric('anchor_due{anchor="webhook:auditor"}', 1, lambda value: value == 1)
        # Down or not, records come and are judged.
        world.await_metric('syncs_total{result="ok",source="salesforce:main"}', "1", lambda value: value >= 1)
        world.ask("/change", {"rows": 5})
        world.ask("/clock", {"advance_seconds": 1200})
        world.await_metric('judgings_total{result="ok"}', "1", lambda value: value >= 1)
        world.ask("/faults", {"clear": True})
        world.ask("/clock", {"advance_seconds": 3600})
        world.await_metric('anchor_posts_total{anchor="webhook:auditor",result="ok"}', "1", lambda value: value >= 1)
        world.await_metric('anchor_due{anchor="webhook:auditor"}', 0, lambda value: value == 0)
    finally:
        service.send_signal(signal.SIGTERM)
        ended = service.wait(timeout=60)
    demand(ended == DONE, f"the service ended with {ended}:\n{world.log()}")
    world.said += world.log()
    # What was committed while it stopped.
    world.configured("log", "anchor")
    demand("anchored to its end" in world.verify(), "the webhook does not know the end of the log")


def main():
    with tempfile.TemporaryDirectory(prefix="plumbline-anchor-") as folder:
        world = World(sys.argv[1], sys.argv[2], folder)
        try:
            world.configured("sync", "--once")
            copy = os.path.join(folder, "last-week.ledger")
            back_up(world.ledger, copy)
            by_hand(world)
            by_itself(world)
            put_back(copy, world.ledger)
            said = world.verify(status=INTEGRITY_FAILED)
            demand("must have" in said, f"the older copy is not told:\n{said}")
            secret = world.place["anchors"]["url"].rsplit("/", 1)[1]
            demand(secret not in world.said, "the address of the webhook was told")
            count = world.ask("/anchors").count("\nat ")
        finally:
            world.end()
    print(f"the webhook got {count} checkpoints, and shows that an older copy was put back")


main()
