"""Salesforce, Clari and exports in one configuration, as the programs are, against the sandbox: what each brings is
what is true there, what has not changed is not fetched again, and what one of them has wrong keeps no other from coming.

    all_sources_test.py PLUMBLINE SANDBOX
"""

import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error

from sandbox_world import (
    DONE,
    LOOPBACK,
    REMOTE_FAILED,
    World,
    compare_object,
    demand,
    differences,
    known_records,
    plain,
    salesforce_section,
)

OBJECTS = ["Opportunity", "Account", "User"]
# What exports bring, and whose records these are in the sandbox.
EXPORTS = {
    "Contact": "Contact",
    "UserRole": "UserRole",
    "OpportunityStage": "OpportunityStage",
    "PipelineCopy": "Opportunity",
}
SOURCES = ["salesforce:main", "clari:main", "exports:main"]
FORECAST = "net_arr"
ABSENCES = "Id,UserEmail,StartDate,EndDate\na0X000000000001,anna@example.com,2026-05-11,2026-05-15\n"
MINUTE, HOUR, DAY = 60, 3600, 86400
PATIENCE_SECONDS = 120


def configured(place, folder):
    """All three; the exports in every way there is to ask for them, and a folder of this machine."""
    exports, clari = place["exports"], place["clari"]
    os.makedirs(os.path.join(folder, "drop"), exist_ok=True)
    return (
        salesforce_section(place, OBJECTS)
        + "    every: 10 minutes\n"
        "  clari:\n"
        f"    url: {clari['base_url']}/v4\n"
        f"    api_key_file: {clari['api_key_file']}\n"
        f"    forecasts: [{FORECAST}]\n"
        "    opportunities: {wanted: true, created_within_days: 3650}\n"
        "    every: 10 minutes\n"
        "    allow_plain_loopback: true\n"
        "  exports:\n"
        "    every: 10 minutes\n"
        "    allow_plain_loopback: true\n"
        "    files:\n"
        "      - name: contacts\n"
        "        object: Contact\n"
        f"        url: {exports['base_url']}/bearer/Contact.csv.gz\n"
        f"        auth: {{kind: bearer, secret_file: {exports['bearer_file']}}}\n"
        "        complete: true\n"
        "      - name: roles\n"
        "        object: UserRole\n"
        f"        url: {exports['base_url']}/basic/UserRole.json\n"
        f"        auth: {{kind: basic, user: {exports['basic_user']}, secret_file: {exports['basic_password_file']}}}\n"
        "      - name: stages\n"
        "        object: OpportunityStage\n"
        f"        url: {exports['base_url']}/header/OpportunityStage.csv\n"
        f"        auth: {{kind: header, header: {exports['header']}, secret_file: {exports['header_value_file']}}}\n"
        "      - name: pipeline\n"
        "        object: PipelineCopy\n"
        f"        secret_url_file: {exports['signed_url_file']}\n"
        "        complete: true\n"
        "      - {name: absences, object: Absence, path: drop}\n"
    )


def write_private(path, text):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def advance(world, seconds):
    world.ask("/clock", {"advance_seconds": seconds})


def said_of(said, source):
    """What a sync said of one source: its line, and those that belong to it."""
    lines = said.splitlines()
    begin = next((at for at, line in enumerate(lines) if line.startswith(source + ": ")), None)
    demand(begin is not None, f"nothing was said of {source}:\n{said}")
    end = next((at for at in range(begin + 1, len(lines)) if not lines[at].startswith("  ")), len(lines))
    return "\n".join(lines[begin:end])


def seen_requests(world, on):
    return json.loads(world.ask(f"/audit?on={on}"))["requests"]


def forecast_truth(world):
    """The forecast as it is now: by week, person, field, and what was entered."""
    told = json.loads(world.ask("/clari/truth"))
    people = {user["userId"]: user["crmId"][:15] for user in told["users"]}
    fields = {field["fieldId"]: field["fieldName"] for field in told["fields"]}
    rows = []
    for entry in told["entries"]:
        value = entry.get("forecastValue")
        rows.append(
            (
                entry["timePeriodId"],
                entry["timeFrameId"],
                people[entry["userId"]],
                fields[entry["fieldId"]],
                "" if value is None else plain(f"{value:.2f}"),
                plain(entry["isUpdated"]),
            )
        )
    return sorted(rows)


def known_forecast(world):
    return sorted(
        (
            record["Period"],
            record["Week"],
            record["UserId"][:15],
            record["Field"],
            plain(record["Value"]),
            plain(record["IsUpdated"]),
        )
        for record in known_records(world.ledger, "ForecastSubmission").values()
    )


def compare_exports(world):
    """What is in the file itself is what is known: it leaves out fields that Salesforce would show."""
    compared = 0
    for name, origin in EXPORTS.items():
        truth = {row["Id"][:15]: row for row in csv.DictReader(io.StringIO(world.ask(f"/truth/{origin}?deleted=no")))}
        with LOOPBACK.open(f"{world.place['exports']['base_url']}/open/{origin}.csv", timeout=60) as reply:
            columns = next(csv.reader(io.StringIO(reply.read().decode())))
        expected = {key: {field: row[field] for field in columns if field in row} for key, row in truth.items()}
        known = {key: record for key, record in known_records(world.ledger, name).items() if not record["IsDeleted"]}
        found = differences(expected, known)
        demand(not found, f"{name}: {len(found)} differences:\n" + "\n".join(found[:20]))
        demand(expected, f"the sandbox has no {name}")
        compared += len(expected)
    return compared


def compare_clari_opportunities(world):
    """Each that the ledger knew when Clari was asked, with Clari's amount, which is the CRM's."""
    rows = csv.DictReader(io.StringIO(world.ask("/truth/Opportunity?deleted=no")))
    truth = {row["Id"][:15]: plain(row["Amount"]) for row in rows}
    known = known_records(world.ledger, "ClariOpportunity")
    amounts = {key: plain(record["Amount"]) for key, record in known.items()}
    demand(amounts == truth, f"Clari's opportunities differ: {sorted(set(amounts.items()) ^ set(truth.items()))[:10]}")
    return len(known)


def everything_comes(world):
    said = world.sync(DONE)
    for source in SOURCES:
        said_of(said, source)
    compared = sum(compare_object(world, name) for name in OBJECTS)
    compared += compare_exports(world)
    compared += compare_clari_opportunities(world)
    known, truth = known_forecast(world), forecast_truth(world)
    demand(truth and known == truth, f"the forecast differs: {sorted(set(known) ^ set(truth))[:10]}")
    return compared + len(known)


def what_has_not_changed_is_not_fetched(world):
    world.ask("/settings", {"quiet_life": True})
    write_private(os.path.join(world.folder, "drop", "absences.csv"), ABSENCES)
    before = len(seen_requests(world, "/exports/"))
    asked_before = len(seen_requests(world, "/clari/v4/export/forecast/"))
    for _ in range(2):
        advance(world, 10 * MINUTE)
        said = world.sync(DONE)
    answers = [one["status"] for one in seen_requests(world, "/exports/")[before:]]
    demand(answers == [304] * len(EXPORTS) * 2, f"exports that are as they were were answered by {answers}")
    asked = len(seen_requests(world, "/clari/v4/export/forecast/"))
    demand(asked == asked_before == 1, f"{asked} exports of a forecast were asked for, where 1 was due")
    # Written before the first of the two, and unchanged at the second.
    demand("exports:main: 1 row (1 added)" in said, f"the file of the folder did not come:\n{said}")
    demand(len(known_records(world.ledger, "Absence")) == 1, "the absence is not in the ledger")
    world.ask("/settings", {"quiet_life": False})


def half_a_file_is_held_back(world):
    known = known_records(world.ledger, "Contact")
    world.ask("/faults", {"kind": "export_half", "on": "Contact"})
    advance(world, HOUR)
    said = said_of(world.sync(DONE), "exports:main")
    demand("export contacts: " in said and "less than half of the usual" in said, f"nothing was said of it:\n{said}")
    demand(known_records(world.ledger, "Contact") == known, "half a file took records away")
    demand("export.held" in world.run("log", "show", "--ledger", world.ledger), "the audit log does not have it")
    world.ask("/faults", {"clear": True})
    advance(world, HOUR)
    said = said_of(world.sync(DONE), "exports:main")
    demand("alarm" not in said, f"the whole file is still held:\n{said}")
    compare_exports(world)


def a_failed_job_is_made_up_for(world):
    advance(world, DAY)
    world.ask("/faults", {"kind": "clari_failed", "count": 1})
    said = said_of(world.sync(DONE), "clari:main")
    demand("ended as FAILED" in said, f"nothing was said of the job:\n{said}")
    world.ask("/faults", {"clear": True})
    advance(world, DAY + HOUR)
    said = said_of(world.sync(DONE), "clari:main")
    demand("ended as FAILED" not in said, f"it failed again:\n{said}")
    # Past weeks may have changed since; the newest one is as it is.
    truth = forecast_truth(world)
    newest = max(row[1] for row in truth)
    missing = set(row for row in truth if row[1] == newest) - set(known_forecast(world))
    demand(not missing, f"not known of the newest week: {sorted(missing)[:10]}")


def one_that_fails_keeps_no_other_from_coming(world):
    advance(world, DAY + HOUR)
    world.ask("/faults", {"kind": "clari_revoked"})
    said = world.sync(REMOTE_FAILED)
    demand("clari:main: failed" in said, f"nobody was told that the key is dead:\n{said}")
    demand("failed" not in said_of(said, "exports:main"), f"exports did not come:\n{said}")
    demand("failed" not in said_of(said, "salesforce:main"), f"Salesforce did not come:\n{said}")
    world.ask("/faults", {"clear": True})
    world.ask("/settings", {"quiet_life": True})
    advance(world, HOUR)
    world.sync(DONE)
    compare_exports(world)
    for name in OBJECTS:
        compare_object(world, name)


def commands_know_them(world):
    demand(", 3 sources, " in world.run("check", world.configuration), "check does not count three sources")
    said = world.run("status", "--ledger", world.ledger)
    for name in [*OBJECTS, *EXPORTS, "Absence", "ForecastSubmission", "ClariOpportunity"]:
        demand(f"  {name} " in said, f"status does not have {name}:\n{said}")
    demand(any(source in said for source in SOURCES), f"status names no source:\n{said}")


class Service:
    """`plumbline run`, and what it says of itself."""

    def __init__(self, world):
        self.world = world
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        more = f"daemon: {{health_port: {self.port}, stop_within: 20 seconds}}\n"
        world.write_configuration(configured(world.place, world.folder), more)
        words = [world.plumbline, "run", "--config", world.configuration]
        self.log = open(os.path.join(world.folder, "run.log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(words, stdout=self.log, stderr=subprocess.STDOUT)

    def said(self):
        self.log.flush()
        with open(self.log.name, encoding="utf-8") as file:
            return file.read()

    def readiness(self):
        try:
            with LOOPBACK.open(f"http://127.0.0.1:{self.port}/readyz", timeout=10) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except OSError:
            return 0, ""

    def wait(self, holds, what, minutes=0):
        """Lives on, by so many minutes a look, until that holds of status and text."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            demand(self.process.poll() is None, f"the service ended:\n{self.said()}")
            status, text = self.readiness()
            if holds(status, text):
                return text
            if minutes:
                advance(self.world, minutes * MINUTE)
            time.sleep(0.2)
        raise SystemExit(f"failed: {what}:\n{status} {text}\n{self.said()}")

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        self.log.close()
        return status


def a_service_says_how_fresh_each_is(world):
    service = Service(world)
    try:
        ready = service.wait(lambda status, _: status == 200, "it was never ready")
        for source in SOURCES:
            demand(f"{source} is as of 2026-" in ready, f"/readyz does not say how fresh {source} is:\n{ready}")
        world.ask("/faults", {"kind": "clari_revoked"})
        late = service.wait(lambda status, _: status == 503, "a source that fails was never missed", minutes=5)
        demand("clari:main was synced last at" in late, f"/readyz does not name Clari:\n{late}")
        for source in ["salesforce:main", "exports:main"]:
            demand(f"{source} is as of" in late, f"{source} was kept from coming:\n{late}")
        world.ask("/faults", {"clear": True})
        service.wait(lambda status, _: status == 200, "it never recovered", minutes=5)
    finally:
        status = service.end()
    demand(status == DONE, f"the service ended with {status}")


def main():
    with tempfile.TemporaryDirectory(prefix="plumbline-sources-") as folder:
        world = World(sys.argv[1], sys.argv[2], folder, lambda place: configured(place, folder), opportunities=300)
        try:
            compared = everything_comes(world)
            what_has_not_changed_is_not_fetched(world)
            half_a_file_is_held_back(world)
            a_failed_job_is_made_up_for(world)
            one_that_fails_keeps_no_other_from_coming(world)
            commands_know_them(world)
            a_service_says_how_fresh_each_is(world)
            world.run("log", "verify", world.ledger)
        finally:
            world.end()
    print(f"{compared} records of three sources are what they are in the sandbox")


main()
