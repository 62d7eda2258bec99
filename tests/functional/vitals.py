"""How a process is, as /proc tells: memory, descriptors, seconds of work; looked at again and again."""

import os
import statistics
import threading
import time

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
KILOBYTES_OF_MEGABYTE = 1024
PARTS = 10


def look_at(pid):
    """Resident and peak KiB, descriptors, CPU seconds; nothing where the process has gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            status = dict(line.rstrip("\n").split(":", 1) for line in file)
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            ticks = file.read().rsplit(")", 1)[1].split()
        descriptors = len(os.listdir(f"/proc/{pid}/fd"))
        resident, peak = (int(status[name].split()[0]) for name in ("VmRSS", "VmHWM"))
    except (OSError, KeyError):
        return None
    # utime and stime are fields 14 and 15; what is behind the name begins with field 3.
    return resident, peak, descriptors, (int(ticks[11]) + int(ticks[12])) / TICKS_PER_SECOND


class Vitals:
    """Looks at whatever process `pid_of` names, every so many seconds, until it is ended."""

    def __init__(self, pid_of, seconds=1.0):
        self.pid_of = pid_of
        self.seconds = seconds
        self.samples = []  # (seconds since the start, KiB, descriptors)
        self.peak = 0
        self.cpu = {}  # by process, for each begins with nothing
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.began = time.monotonic()
        self.thread.start()

    def watch(self):
        while not self.ended.wait(self.seconds):
            self.look()

    def look(self):
        pid = self.pid_of()
        seen = look_at(pid)
        if seen is None:
            return
        resident, peak, descriptors, cpu = seen
        self.samples.append((time.monotonic() - self.began, resident, descriptors))
        self.peak = max(self.peak, peak)
        self.cpu[pid] = cpu

    def end(self):
        self.look()
        self.ended.set()
        self.thread.join()

    def cpu_seconds(self):
        return sum(self.cpu.values())

    def parts(self):
        """Medians over tenths of the time: (minutes, MiB, descriptors)."""
        size = max(1, len(self.samples) // PARTS)
        for start in range(0, len(self.samples), size):
            part = self.samples[start : start + size]
            yield (
                part[-1][0] / 60,
                statistics.median(sample[1] for sample in part) / KILOBYTES_OF_MEGABYTE,
                statistics.median(sample[2] for sample in part),
            )

    def report(self):
        lines = [f"peak memory {self.peak / KILOBYTES_OF_MEGABYTE:.0f} MiB, {self.cpu_seconds():.1f} CPU seconds"]
        lines.append("minutes   MiB  descriptors (medians)")
        lines += [f"{minutes:7.1f} {memory:5.1f} {descriptors:5.0f}" for minutes, memory, descriptors in self.parts()]
        return "\n".join(lines)
