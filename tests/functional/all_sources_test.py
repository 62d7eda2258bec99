"""Salesforce, Clari and exports in one configuration, as the programs are, against the sandbox: what each brings is
what is true there, what has not changed is not fetched again, and what one has wrong keeps no other from coming.

    all_sources_test.py PLUMBLINE SANDBOX
"""

import csv
import io
import os
import sqlite3
import sys
import tempfile
import time
import urllib.error

import programs
import truth
from programs import DONE, LOOPBACK, REMOTE_FAILED, Failed, Sandbox, demand, run_plumbline
from truth import plain

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
SYNC_SECONDS_MAX = 240
SEED, OPPORTUNITIES = 11, 300
# Moves with its account and leaves the stamp alone: fetched again once a day only.
CALCULATED = ["Account_Segment__c"]


def further_sources(place):
    """Clari, and exports in every way there is to ask for them, and a folder of this machine."""
    exports, clari = place["exports"], place["clari"]
    return [
        "  clari:",
        f"    url: {clari['base_url']}/v4",
        f"    api_key_file: {clari['api_key_file']}",
        f"    forecasts: [{FORECAST}]",
        "    opportunities: {wanted: true, created_within_days: 3650}",
        "    every: 10 minutes",
        "    allow_plain_loopback: true",
        "  exports:",
        "    every: 10 minutes",
        "    allow_plain_loopback: true",
        "    files:",
        "      - name: contacts",
        "        object: Contact",
        f"        url: {exports['base_url']}/bearer/Contact.csv.gz",
        f"        auth: {{kind: bearer, secret_file: {exports['bearer_file']}}}",
        "        complete: true",
        "      - name: roles",
        "        object: UserRole",
        f"        url: {exports['base_url']}/basic/UserRole.json",
        f"        auth: {{kind: basic, user: {exports['basic_user']}, secret_file: {exports['basic_password_file']}}}",
        "      - name: stages",
        "        object: OpportunityStage",
        f"        url: {exports['base_url']}/header/OpportunityStage.csv",
        f"        auth: {{kind: header, header: {exports['header']}, secret_file: {exports['header_value_file']}}}",
        "      - name: pipeline",
        "        object: PipelineCopy",
        f"        secret_url_file: {exports['signed_url_file']}",
        "        complete: true",
        "      - {name: absences, object: Absence, path: drop}",
    ]


class World:
    """A sandbox, and a folder with a ledger and a configuration of all three."""

    def __init__(self, plumbline, sandbox, folder):
        self.plumbline = plumbline
        self.folder = folder
        self.ledger = os.path.join(folder, "sales.ledger")
        self.configuration = os.path.join(folder, "plumbline.yaml")
        self.sandbox = Sandbox(sandbox, folder, seed=SEED, opportunities=OPPORTUNITIES)
        os.makedirs(os.path.join(folder, "drop"))
        self.write_configuration()

    def write_configuration(self, lines=()):
        programs.write_configuration(
            self.configuration, self.ledger, self.sandbox, objects=OBJECTS, every="10 minutes", lines=lines
        )
        with open(self.configuration, "a", encoding="utf-8") as file:
            file.write("\n".join(further_sources(self.sandbox.place)) + "\n")

    def run(self, *words, expected=DONE):
        return run_plumbline(self.plumbline, *words, expected=(expected,), seconds=SYNC_SECONDS_MAX)

    def sync(self, expected=DONE):
        return self.run("sync", "--once", "--config", self.configuration, expected=expected)

    def known(self, name):
        """What the ledger has of an object and is not deleted, by the 15 characters of its id."""
        database = sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True)
        database.row_factory = sqlite3.Row
        rows = database.execute(f'SELECT * FROM "{name}" WHERE NOT _deleted').fetchall()
        database.close()
        return {row["_key"]: truth.known_record(row) for row in rows}

    def compare_salesforce(self):
        return sum(truth.compare(self.sandbox, self.ledger, OBJECTS, CALCULATED).values())


def said_of(said, source):
    """What a sync said of one source: its line, and those that belong to it."""
    lines = said.splitlines()
    begin = next((at for at, line in enumerate(lines) if line.startswith(source + ": ")), None)
    demand(begin is not None, f"nothing was said of {source}:\n{said}")
    end = next((at for at in range(begin + 1, len(lines)) if not lines[at].startswith("  ")), len(lines))
    return "\n".join(lines[begin:end])


def seen_requests(world, on):
    return world.sandbox.ask(f"/audit?on={on}")["requests"]


def forecast_truth(world):
    """The forecast as it is now: by week, person, field, and what was entered."""
    told = world.sandbox.ask("/clari/truth")
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
        for record in world.known("ForecastSubmission").values()
    )


def standing_rows(world, name):
    """True ones that are not deleted; of some objects nothing ever is."""
    rows = (row for rows in truth.true_rows(world.sandbox, name) for row in rows)
    return [row for row in rows if row.get("IsDeleted") != "true"]


def compare_exports(world):
    """What is in the file itself is what is known: it leaves out fields that Salesforce would show."""
    compared = 0
    for name, origin in EXPORTS.items():
        with LOOPBACK.open(f"{world.sandbox.place['exports']['base_url']}/open/{origin}.csv", timeout=60) as reply:
            columns = set(next(csv.reader(io.StringIO(reply.read().decode()))))
        known, found = world.known(name), []
        true = standing_rows(world, origin)
        for row in true:
            left_out = (set(row) - columns) | set(CALCULATED)
            found += truth.differing_fields(row["Id"], row, known.pop(row["Id"][:15], None), left_out)
        found += [f"{key} is known, and in truth there is none" for key in known]
        demand(true and not found, f"{name}: {len(found)} differences:\n" + "\n".join(found[:20]))
        compared += len(true)
    return compared


def compare_clari_opportunities(world):
    """Each that the ledger knew when Clari was asked, with Clari's amount, which is the CRM's."""
    true = {row["Id"][:15]: plain(row["Amount"]) for row in standing_rows(world, "Opportunity")}
    known = world.known("ClariOpportunity")
    amounts = {key: plain(record["Amount"]) for key, record in known.items()}
    demand(amounts == true, f"Clari's opportunities differ: {sorted(set(amounts.items()) ^ set(true.items()))[:10]}")
    return len(known)


def everything_comes(world):
    said = world.sync(DONE)
    for source in SOURCES:
        said_of(said, source)
    compared = world.compare_salesforce()
    compared += compare_exports(world)
    compared += compare_clari_opportunities(world)
    known, true = known_forecast(world), forecast_truth(world)
    demand(true and known == true, f"the forecast differs: {sorted(set(known) ^ set(true))[:10]}")
    return compared + len(known)


def what_has_not_changed_is_not_fetched(world):
    world.sandbox.ask("/settings", {"quiet_life": True})
    with open(os.path.join(world.folder, "drop", "absences.csv"), "w", encoding="utf-8") as file:
        file.write(ABSENCES)
    before = len(seen_requests(world, "/exports/"))
    asked_before = len(seen_requests(world, "/clari/v4/export/forecast/"))
    for _ in range(2):
        world.sandbox.advance(10 * MINUTE)
        said = world.sync(DONE)
    answers = [one["status"] for one in seen_requests(world, "/exports/")[before:]]
    demand(answers == [304] * len(EXPORTS) * 2, f"exports that are as they were were answered by {answers}")
    asked = len(seen_requests(world, "/clari/v4/export/forecast/"))
    demand(asked == asked_before == 1, f"{asked} exports of a forecast were asked for, where 1 was due")
    # Written before the first of the two, and unchanged at the second.
    demand("exports:main: 1 row (1 added)" in said, f"the file of the folder did not come:\n{said}")
    demand(len(world.known("Absence")) == 1, "the absence is not in the ledger")
    world.sandbox.ask("/settings", {"quiet_life": False})


def half_a_file_is_held_back(world):
    known = world.known("Contact")
    world.sandbox.ask("/faults", {"kind": "export_half", "on": "Contact"})
    world.sandbox.advance(HOUR)
    said = said_of(world.sync(DONE), "exports:main")
    demand("export contacts: " in said and "less than half of the usual" in said, f"nothing was said of it:\n{said}")
    demand(world.known("Contact") == known, "half a file took records away")
    demand("export.held" in world.run("log", "show", "--ledger", world.ledger), "the audit log does not have it")
    world.sandbox.ask("/faults", {"clear": True})
    world.sandbox.advance(HOUR)
    said = said_of(world.sync(DONE), "exports:main")
    demand("alarm" not in said, f"the whole file is still held:\n{said}")
    compare_exports(world)


def a_failed_job_is_made_up_for(world):
    world.sandbox.advance(DAY)
    world.sandbox.ask("/faults", {"kind": "clari_failed", "count": 1})
    said = said_of(world.sync(DONE), "clari:main")
    demand("ended as FAILED" in said, f"nothing was said of the job:\n{said}")
    world.sandbox.ask("/faults", {"clear": True})
    world.sandbox.advance(DAY + HOUR)
    said = said_of(world.sync(DONE), "clari:main")
    demand("ended as FAILED" not in said, f"it failed again:\n{said}")
    # Past weeks may have changed since; the newest one is as it is.
    true = forecast_truth(world)
    newest = max(row[1] for row in true)
    missing = set(row for row in true if row[1] == newest) - set(known_forecast(world))
    demand(not missing, f"not known of the newest week: {sorted(missing)[:10]}")


def one_that_fails_keeps_no_other_from_coming(world):
    world.sandbox.advance(DAY + HOUR)
    world.sandbox.ask("/faults", {"kind": "clari_revoked"})
    said = world.sync(REMOTE_FAILED)
    demand("clari:main: failed" in said, f"nobody was told that the key is dead:\n{said}")
    demand("failed" not in said_of(said, "exports:main"), f"exports did not come:\n{said}")
    demand("failed" not in said_of(said, "salesforce:main"), f"Salesforce did not come:\n{said}")
    world.sandbox.ask("/faults", {"clear": True})
    world.sandbox.ask("/settings", {"quiet_life": True})
    world.sandbox.advance(HOUR)
    world.sync(DONE)
    compare_exports(world)
    world.compare_salesforce()


def commands_know_them(world):
    demand(", 3 sources, " in world.run("check", world.configuration), "check does not count three sources")
    said = world.run("status", "--ledger", world.ledger)
    for name in [*OBJECTS, *EXPORTS, "Absence", "ForecastSubmission", "ClariOpportunity"]:
        demand(f"  {name} " in said, f"status does not have {name}:\n{said}")
    demand(any(source in said for source in SOURCES), f"status names no source:\n{said}")


def readiness(service):
    try:
        with LOOPBACK.open(f"http://127.0.0.1:{service.health_port}/readyz", timeout=10) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except OSError:
        return 0, ""


def wait_for_status(world, service, wanted, what, minutes=0):
    """What /readyz says once it answers like that. The sandbox lives on meanwhile, by so many minutes a look."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        service.demand_alive()
        status, text = readiness(service)
        if status == wanted:
            return text
        if minutes:
            world.sandbox.advance(minutes * MINUTE)
        time.sleep(0.2)
    with open(service.log, encoding="utf-8") as log:
        raise Failed(f"{what}:\n{status} {text}\n{log.read()}")


def a_service_says_how_fresh_each_is(world):
    port = programs.free_port()
    world.write_configuration([f"daemon: {{health_port: {port}, stop_within: 20 seconds}}"])
    service = programs.Service(world.plumbline, world.configuration, os.path.join(world.folder, "run.log"), port)
    service.start()
    try:
        ready = wait_for_status(world, service, 200, "it was never ready")
        for source in SOURCES:
            demand(f"{source} is as of 2026-" in ready, f"/readyz does not say how fresh {source} is:\n{ready}")
        world.sandbox.ask("/faults", {"kind": "clari_revoked"})
        late = wait_for_status(world, service, 503, "a source that fails was never missed", minutes=5)
        demand("clari:main was synced last at" in late, f"/readyz does not name Clari:\n{late}")
        for source in ["salesforce:main", "exports:main"]:
            demand(f"{source} is as of" in late, f"{source} was kept from coming:\n{late}")
        world.sandbox.ask("/faults", {"clear": True})
        wait_for_status(world, service, 200, "it never recovered", minutes=5)
    finally:
        service.stop()


def main():
    with tempfile.TemporaryDirectory(prefix="plumbline-sources-") as folder:
        world = World(sys.argv[1], sys.argv[2], folder)
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
            world.sandbox.end()
    print(f"{compared} records of three sources are what they are in the sandbox")


try:
    main()
except Failed as failure:
    sys.exit(f"all_sources_test: {failure}")
