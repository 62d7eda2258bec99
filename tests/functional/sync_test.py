"""The programs as they are, against the sandbox: after days of a team's life, faults and a kill, what the ledger holds
is what the sandbox holds, row for row and field for field.

    sync_test.py PLUMBLINE SANDBOX
"""

import os
import signal
import subprocess
import sys
import tempfile
import time

import truth
from programs import DONE, REMOTE_FAILED, SYNCED_OBJECTS, Failed, Sandbox, demand, run_plumbline, write_configuration

OPPORTUNITIES = 400
SEED = 11
SYNCS = 6
HOURS_BETWEEN = 5
SECONDS_PER_HOUR = 3600
SYNC_SECONDS_MAX = 240
RECORDS_MIN = 1000
WEATHER = [
    {"kind": "503", "rate": 0.02},
    {"kind": "502_html", "rate": 0.02},
    {"kind": "429", "rate": 0.02},
    {"kind": "reset", "rate": 0.02},
    {"kind": "truncate", "rate": 0.02},
    {"kind": "bad_locator", "rate": 0.02},
    {"kind": "401_expired", "rate": 0.02},
]


class World:
    def __init__(self, plumbline, sandbox, folder):
        self.plumbline = plumbline
        self.ledger = os.path.join(folder, "sales.ledger")
        self.configuration = os.path.join(folder, "plumbline.yaml")
        self.sandbox = Sandbox(sandbox, folder, seed=SEED, opportunities=OPPORTUNITIES)
        write_configuration(self.configuration, self.ledger, self.sandbox, objects=SYNCED_OBJECTS)

    def sync(self):
        run_plumbline(self.plumbline, "sync", "--once", "--config", self.configuration, seconds=SYNC_SECONDS_MAX)

    def sync_in_trouble(self, kill_after=None):
        words = [self.plumbline, "sync", "--once", "--config", self.configuration]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if kill_after is not None:
            time.sleep(kill_after)
            process.send_signal(signal.SIGKILL)
        process.communicate(timeout=SYNC_SECONDS_MAX)
        demand(process.returncode in (DONE, REMOTE_FAILED, -signal.SIGKILL), f"sync ended with {process.returncode}")


def live(world):
    sandbox = world.sandbox
    world.sync()
    for number in range(SYNCS):
        sandbox.ask("/faults", {"faults": WEATHER})
        sandbox.advance(HOURS_BETWEEN * SECONDS_PER_HOUR)
        world.sync_in_trouble(0.05 * number if number % 2 == 1 else None)
    sandbox.ask("/faults", {"clear": True})
    sandbox.ask("/settings", {"quiet_life": True})
    # So that what was done last lies behind what a delta stays away from.
    sandbox.advance(SECONDS_PER_HOUR)
    world.sync()


def run(folder):
    world = World(sys.argv[1], sys.argv[2], folder)
    try:
        live(world)
        compared = sum(truth.compare(world.sandbox, world.ledger, SYNCED_OBJECTS, truth.CALCULATED).values())
        demand(compared > RECORDS_MIN, f"only {compared} records were compared")
        judged = run_plumbline(world.plumbline, "judge", "--ledger", world.ledger, "--config", world.configuration)
        demand(" opened" in judged, f"judging opened nothing:\n{judged}")
        run_plumbline(world.plumbline, "log", "verify", world.ledger)
    finally:
        world.sandbox.end()
    print(f"{compared} records are what they are in the sandbox")


def main():
    with tempfile.TemporaryDirectory(prefix="plumbline-sync-") as folder:
        try:
            run(folder)
        except Failed as failed:
            raise SystemExit(f"sync_test: {failed}") from failed


main()
