"""A first load beside what curl needs for the same bytes, then changes of several sizes: work follows what changed, not
how much there is."""

import os
import resource
import subprocess
import time

import truth
from programs import Sandbox, demand, run_plumbline, write_configuration

OBJECT = "Opportunity"
# Beyond what each question looks back (10 minutes) and stays behind (1 minute): no change is asked for twice.
SECONDS_BETWEEN = 15 * 60
ROWS_A_PART = 100_000
POLL_SECONDS = 0.2
PARALLEL_PARTS = 3
# What is due by the day or the hour costs what it costs however little changed; here it is left out.
RARELY = ["reconcile_every: 300 days", "compare_ids_every: 300 days", "deleted_every: 300 days", "refresh_every: 300 days"]
BYTES_OF_MEGABYTE = 1_000_000
KILOBYTES_OF_MEGABYTE = 1024


class Work:
    """What a stretch of work took: seconds, and the processor's seconds of the processes that ended in it."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        sandbox.ask("/stats/reset", {})
        self.wall = time.monotonic()
        self.children = resource.getrusage(resource.RUSAGE_CHILDREN)

    def end(self):
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.wall = time.monotonic() - self.wall
        before = self.children.ru_utime + self.children.ru_stime
        self.cpu = children.ru_utime + children.ru_stime - before
        endpoints = self.sandbox.ask("/stats")["calls"].values()
        self.calls = sum(endpoint["calls"] for endpoint in endpoints)
        self.rows = sum(endpoint["rows"] for endpoint in endpoints)
        self.bytes = sum(endpoint["bytes"] for endpoint in endpoints)
        return self


def curl(*words):
    done = subprocess.run(["curl", "-sS", "--fail", *words], capture_output=True, text=True, check=False)
    demand(done.returncode == 0, f"curl {' '.join(words)} ended with {done.returncode}: {done.stderr}")
    return done.stdout


class BareJob:
    """The same rows in a Bulk job of curl's own."""

    def __init__(self, sandbox):
        login = sandbox.place["salesforce"]
        with open(login["client_secret_file"], encoding="utf-8") as file:
            secret = file.read().strip()
        grant = f"grant_type=client_credentials&client_id={login['client_id']}&client_secret={secret}"
        token = curl("-d", grant, login["login_url"] + "/services/oauth2/token").split('"access_token":"')[1].split('"')[0]
        self.headers = ["-H", f"Authorization: Bearer {token}", "-H", "Content-Type: application/json"]
        self.jobs = login["instance_url"] + "/services/data/v62.0/jobs/query"
        header = sandbox.text(f"/truth/{OBJECT}?from=0&rows=1").splitlines()[0].replace('"', "")
        query = f'{{"operation": "queryAll", "query": "SELECT {header} FROM {OBJECT}"}}'
        self.job = curl(*self.headers, "-d", query, self.jobs).split('"id":"')[1].split('"')[0]
        while '"JobComplete"' not in curl(*self.headers, f"{self.jobs}/{self.job}"):
            time.sleep(POLL_SECONDS)

    def parts(self):
        """Addresses of all parts, as their locators tell them."""
        address = f"{self.jobs}/{self.job}/results?maxRecords={ROWS_A_PART}"
        found, locator = [], ""
        while locator != "null":
            found.append(address + (f"&locator={locator}" if locator else ""))
            head = curl(*self.headers, "-D", "-", "-o", os.devnull, found[-1])
            locators = [line for line in head.splitlines() if line.lower().startswith("sforce-locator:")]
            locator = locators[0].split(":", 1)[1].strip()
        return found

    def fetch(self, addresses):
        """All parts, several at once, to nowhere."""
        words = ["--compressed", "--parallel", "--parallel-max", str(PARALLEL_PARTS)]
        for address in addresses:
            words += ["-o", os.devnull, address]
        curl(*self.headers, *words)


def tell(name, work, rows):
    print(
        f"{name:<28} {work.wall:8.2f} s  {work.cpu:7.2f} CPU s  {work.calls:5d} calls  {work.rows:8d} rows  "
        f"{work.bytes / BYTES_OF_MEGABYTE:8.1f} MB  {rows / work.wall:9.0f} rows/s",
        flush=True,
    )


def first_load(programs, sandbox, configuration, opportunities):
    work = Work(sandbox)
    run_plumbline(programs.plumbline, "sync", "--once", "--config", configuration)
    work.end()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KILOBYTES_OF_MEGABYTE
    tell("first load", work, opportunities)
    print(f"peak memory of it: {peak:.0f} MiB")
    job = BareJob(sandbox)
    addresses = job.parts()
    bare = Work(sandbox)
    job.fetch(addresses)
    bare.end()
    demand(bare.rows == opportunities, f"curl fetched {bare.rows} rows of {opportunities}")
    tell("the same bytes with curl", bare, opportunities)


def run(programs, folder, options):
    sandbox = Sandbox(
        programs.sandbox, folder, seed=options.seed, opportunities=options.opportunities, options=["--quiet-life"]
    )
    try:
        sandbox.ask("/settings", {"bulk_rows": ROWS_A_PART})
        ledger = os.path.join(folder, "sales.ledger")
        configuration = os.path.join(folder, "plumbline.yaml")
        write_configuration(configuration, ledger, sandbox, objects=[OBJECT], salesforce=RARELY)
        first_load(programs, sandbox, configuration, options.opportunities)
        for rows in options.changes:
            # The first of two finds what a question looks back at.
            sandbox.advance(SECONDS_BETWEEN)
            if rows:
                sandbox.ask("/change", {"rows": rows})
            sandbox.advance(SECONDS_BETWEEN)
            work = Work(sandbox)
            run_plumbline(programs.plumbline, "sync", "--once", "--config", configuration)
            tell(f"{rows} changes", work.end(), rows)
            demand(work.rows < rows + ROWS_A_PART / 10, f"{work.rows} rows were fetched for {rows} changes")
        if options.no_comparison:
            return
        sandbox.advance(SECONDS_BETWEEN)
        run_plumbline(programs.plumbline, "sync", "--once", "--config", configuration)
        counts = truth.compare(sandbox, ledger, [OBJECT])
        print("the same row for row, field for field: " + ", ".join(f"{n} {name}" for name, n in counts.items()))
    finally:
        sandbox.end()
