"""A quarter of a team's life in bad weather, with the service asking all the while: in the end its ledger holds what
the sandbox holds, row for row and field for field, however often it was killed."""

import os
import time

import truth
from programs import SYNCED_OBJECTS, Sandbox, Service, demand, free_port, run_plumbline, write_configuration
from vitals import Vitals

HOUR = 3600
DAY = 24 * HOUR
LOOK_SECONDS = 0.25
HANDLER_MILLISECONDS_MAX = 5.0
LONGEST_HANDLER = 'plumbline_io_handler_seconds{quantile="1",time="cpu"}'
# How long nothing may come of waiting.
PATIENCE_SECONDS = 600
WEATHER = [
    {"kind": "503", "rate": 0.005},
    {"kind": "503_html", "rate": 0.002},
    {"kind": "502_html", "rate": 0.005},
    {"kind": "500", "rate": 0.002},
    {"kind": "420", "rate": 0.001},
    {"kind": "429", "rate": 0.005},
    {"kind": "403_concurrent", "rate": 0.005},
    {"kind": "reset", "rate": 0.005},
    {"kind": "slow", "rate": 0.002, "milliseconds": 700},
    {"kind": "drip", "rate": 0.001, "milliseconds": 5},
    {"kind": "truncate", "rate": 0.01},
    {"kind": "bad_locator", "rate": 0.01},
    {"kind": "query_timeout", "rate": 0.005},
    {"kind": "401_expired", "rate": 0.01},
    {"kind": "bulk_failed", "rate": 0.05},
    {"kind": "bulk_short", "rate": 0.01},
]
# (after so many hours, every so many, where, what)
HAPPENINGS = [
    (31, 36, "/end-sessions", {}),
    (26, 30, "/delete", {"rows": 8}),
    (40, 30, "/undelete", {"rows": 3}),
    (9, 21, "/commit-late", {"rows": 60, "delay_seconds": 280}),
    (15, 50, "/change", {"rows": 700}),
    (20, 75, "/mass-update", {"rows": 1500}),
]
# Each is hidden every so many days for so many hours, one after the other.
FIELDS = [("Opportunity", "NextStep"), ("Account", "Industry"), ("Task", "Priority"), ("Opportunity", "Amount")]
HIDDEN_EVERY_HOURS = 9 * 24
HIDDEN_HOURS = 30
RELOAD_EVERY_HOURS = 60
# The clock waits for a service that has not ended a sync for so long: it is this machine that is slow.
HOURS_AHEAD_MAX = 10


def hidings(hours):
    """(hour, where, what) of all fields that are hidden and come back within so many hours."""
    for number, start in enumerate(range(48, int(hours) - HIDDEN_HOURS, HIDDEN_EVERY_HOURS)):
        name, field = FIELDS[number % len(FIELDS)]
        what = {"object": name, "field": field}
        yield start, "/fields/hide", what
        yield start + HIDDEN_HOURS, "/fields/show", what


def happenings(hours):
    """(hour, where, what) in their order."""
    all_of_them = list(hidings(hours))
    for first, every, where, what in HAPPENINGS:
        all_of_them += [(hour, where, what) for hour in range(first, int(hours), every)]
    return sorted(all_of_them, key=lambda one: one[0])


class World:
    """One sandbox, one service, one folder."""

    def __init__(self, programs, folder, options):
        self.plumbline = programs.plumbline
        self.ledger = os.path.join(folder, "sales.ledger")
        self.configuration = os.path.join(folder, "plumbline.yaml")
        self.sandbox = Sandbox(programs.sandbox, folder, seed=options.seed, opportunities=options.opportunities)
        port = free_port()
        write_configuration(
            self.configuration,
            self.ledger,
            self.sandbox,
            objects=SYNCED_OBJECTS,
            every=options.every,
            lines=[f"daemon: {{health_port: {port}, judge_every: {options.judge_every}, measure_handlers: true}}"],
        )
        self.service = Service(self.plumbline, self.configuration, os.path.join(folder, "plumbline.log"), port)
        self.vitals = None
        self.handlers = {}
        self.any_handler = options.any_handler

    def start(self, seconds_between_looks):
        self.service.start()
        self.vitals = Vitals(lambda: self.service.process.pid, seconds_between_looks)

    def syncs(self):
        """That ended well, since the service was started last."""
        metrics = self.service.metrics()
        self.note_handlers(metrics)
        return sum(
            value
            for name, value in metrics.items()
            if name.startswith("plumbline_syncs_total{") and 'result="ok"' in name
        )

    def note_handlers(self, metrics):
        """The worst of every process that was started."""
        for name, value in metrics.items():
            if name.startswith("plumbline_io_handler"):
                known = self.handlers.get(name, 0)
                self.handlers[name] = max(known, value)

    def wait_for_sync(self, after=0):
        """Until more syncs ended well than `after`."""
        until = time.monotonic() + PATIENCE_SECONDS
        while self.syncs() <= after:
            self.service.demand_alive()
            demand(time.monotonic() < until, f"no sync came to an end in {PATIENCE_SECONDS} s; see {self.service.log}")
            time.sleep(LOOK_SECONDS)

    def end(self):
        if self.vitals is not None:
            self.vitals.end()
        if self.service.process is not None and self.service.process.poll() is None:
            self.service.process.kill()
        if self.sandbox.process.poll() is None:
            self.sandbox.end()


class Pace:
    """How far the sandbox's clock has come, and the syncs that ended meanwhile."""

    def __init__(self, world, step):
        self.world = world
        self.step = step
        self.began = truth.moment(world.sandbox.ask("/clock")["now"])
        self.passed = 0
        self.synced_at = 0
        self.known = world.syncs()

    def synced_since_start(self):
        return self.known > 0

    def go_on(self):
        """In steps: a clock that goes by itself leaps where this machine pauses."""
        if self.passed - self.synced_at < HOURS_AHEAD_MAX * HOUR:
            self.world.sandbox.advance(self.step)
        self.passed = (truth.moment(self.world.sandbox.ask("/clock")["now"]) - self.began).total_seconds()
        syncs = self.world.syncs()
        if syncs != self.known:
            self.known, self.synced_at = syncs, self.passed


def live(world, options):
    """Until the quarter is over by the sandbox's clock."""
    to_come = happenings(options.days * 24)
    next_kill = options.kill * HOUR if options.kill else float("inf")
    next_reload = RELOAD_EVERY_HOURS * HOUR
    pace = Pace(world, options.speed * LOOK_SECONDS)
    while pace.passed < options.days * DAY:
        pace.go_on()
        world.service.demand_alive()
        while to_come and to_come[0][0] * HOUR <= pace.passed:
            _, where, what = to_come.pop(0)
            world.sandbox.text(where, what)
        if pace.passed >= next_kill and pace.synced_since_start():
            next_kill = pace.passed + options.kill * HOUR
            world.service.kill()
            pace.known = 0
        elif pace.passed >= next_reload:
            next_reload = pace.passed + RELOAD_EVERY_HOURS * HOUR
            world.service.reload()
        time.sleep(LOOK_SECONDS)


def settle(world):
    """Nothing happens any more, the weather is fine: what is still to be fetched is fetched."""
    sandbox = world.sandbox
    sandbox.ask("/faults", {"clear": True})
    for name, field in FIELDS:
        sandbox.text("/fields/show", {"object": name, "field": field})
    sandbox.ask("/settings", {"quiet_life": True})
    # What was done last lies behind what a delta stays away from; calculated fields are read once a day.
    # The first sync of each two may have begun before.
    for hours in (4, 4, 25, 4):
        known = world.syncs()
        sandbox.advance(hours * HOUR)
        world.wait_for_sync(known)


def tell_calls(stats):
    calls = sum(endpoint["calls"] for endpoint in stats["calls"].values())
    print(f"calls: {calls} in all, {stats['logins']} logins; {stats['changes']} changes were made")
    print("endpoint        calls      rows         bytes  statuses")
    for name, endpoint in sorted(stats["calls"].items()):
        statuses = " ".join(f"{status}:{times}" for status, times in sorted(endpoint["statuses"].items()))
        print(f"{name:<14} {endpoint['calls']:6d} {endpoint['rows']:9d} {endpoint['bytes']:13d}  {statuses}")


def tell_log(path):
    """What the service said, counted; alarms and failures by how they begin."""
    counts, rows = {}, 0
    with open(path, encoding="utf-8") as file:
        for line in file:
            words = dict(word.split("=", 1) for word in line.split() if "=" in word)
            name = " ".join(words.get(key, "") for key in ("event", "result") if words.get(key))
            counts[name] = counts.get(name, 0) + 1
            if name == "sync ok":
                rows += int(words["rows"])
    print(f"rows that syncs took: {rows}; log: " + ", ".join(f"{n} {name}" for name, n in sorted(counts.items())))


def tell_handlers(world):
    """Of the io thread: what the worst process of all that were started measured."""
    for name, value in sorted(world.handlers.items()):
        print(f"{name} {value * 1000:.3f} ms" if "seconds" in name else f"{name} {value:.0f}")
    worst = world.handlers.get(LONGEST_HANDLER)
    demand(worst is not None, f"/metrics has no {LONGEST_HANDLER}")
    demand(
        world.any_handler or worst * 1000 <= HANDLER_MILLISECONDS_MAX,
        f"a handler of the io thread took {worst * 1000:.2f} ms of CPU time, and {HANDLER_MILLISECONDS_MAX} are "
        f"allowed; see event=slow_handler in {world.service.log}",
    )


def run(programs, folder, options):
    world = World(programs, folder, options)
    try:
        began = time.monotonic()
        if not options.fine_weather:
            world.sandbox.ask("/faults", {"faults": WEATHER})
        world.start(1.0)
        world.wait_for_sync()
        loaded = time.monotonic()
        print(f"first load: {loaded - began:.1f} s", flush=True)
        live(world, options)
        lived = time.monotonic()
        struck = world.sandbox.ask("/faults")["faults"]
        settle(world)
        world.note_handlers(world.service.metrics())
        ended = time.monotonic()
        world.service.stop()
        world.vitals.end()
        print(f"{options.days} days: {lived - loaded:.1f} s, then {ended - lived:.1f} s to settle")
        print("faults that struck: " + ", ".join(f"{fault['kind']} {fault['struck']}" for fault in struck))
        print(f"killed {world.service.kills} times")
        tell_calls(world.sandbox.ask("/stats"))
        tell_log(world.service.log)
        print(world.vitals.report(), flush=True)
        counts = truth.compare(world.sandbox, world.ledger, SYNCED_OBJECTS)
        print("the same row for row, field for field: " + ", ".join(f"{n} {name}" for name, n in counts.items()))
        run_plumbline(world.plumbline, "log", "verify", world.ledger)
        tell_handlers(world)
    finally:
        world.end()
