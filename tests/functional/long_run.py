"""The service for an hour of real time: its memory stays what it was, and no descriptor is left behind."""

import statistics
import time

from programs import demand
from quarter import FIELDS, HAPPENINGS, WEATHER, World, tell_calls, tell_handlers, tell_log

# The first part fills caches; then medians of the parts before and after the middle are compared.
WARM_PART = 0.2
GROWTH_PERCENT_MAX = 5
DESCRIPTORS_MORE_MAX = 2
HAPPENS_EVERY_SECONDS = 30
KILOBYTES_OF_MEGABYTE = 1024


def trouble(world, number):
    """Something that happens now and then; fields are hidden, and shown when their turn comes again."""
    if number % 2 == 0:
        _, _, where, what = HAPPENINGS[number // 2 % len(HAPPENINGS)]
        return world.sandbox.text(where, what)
    name, field = FIELDS[number // 4 % len(FIELDS)]
    where = "/fields/hide" if number % 4 == 1 else "/fields/show"
    return world.sandbox.text(where, {"object": name, "field": field})


def demand_flat(samples):
    warm = samples[int(len(samples) * WARM_PART) :]
    half = len(warm) // 2
    early, late = warm[:half], warm[half:]
    memory = [statistics.median(sample[1] for sample in part) / KILOBYTES_OF_MEGABYTE for part in (early, late)]
    descriptors = [statistics.median(sample[2] for sample in part) for part in (early, late)]
    print(f"memory: {memory[0]:.1f} MiB, then {memory[1]:.1f} MiB; descriptors: {descriptors[0]}, then {descriptors[1]}")
    growth = (memory[1] / memory[0] - 1) * 100
    demand(growth <= GROWTH_PERCENT_MAX, f"memory grew by {growth:.1f} %, and {GROWTH_PERCENT_MAX} are allowed")
    more = descriptors[1] - descriptors[0]
    demand(more <= DESCRIPTORS_MORE_MAX, f"{more} descriptors were left behind")


def run(programs, folder, options):
    world = World(programs, folder, options)
    try:
        world.sandbox.ask("/faults", {"faults": WEATHER})
        world.start(2.0)
        world.wait_for_sync()
        world.sandbox.ask("/clock", {"speed": options.speed})
        until = time.monotonic() + options.minutes * 60
        number = 0
        while time.monotonic() < until:
            time.sleep(min(HAPPENS_EVERY_SECONDS, max(0.1, until - time.monotonic())))
            trouble(world, number)
            number += 1
            world.service.demand_alive()
            if number % 10 == 0:
                world.service.reload()
        world.note_handlers(world.service.metrics())
        world.vitals.look()
        world.service.stop()
        world.vitals.end()
        tell_calls(world.sandbox.ask("/stats"))
        tell_log(world.service.log)
        print(world.vitals.report())
        demand_flat(world.vitals.samples)
        tell_handlers(world)
    finally:
        world.end()
