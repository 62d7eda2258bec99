"""What a ledger holds against what a sandbox knows to be true: row for row, field for field, in parts."""

import csv
import datetime
import io
import json
import sqlite3

from programs import demand

HISTORY = "OpportunityFieldHistory"
ROWS_AT_ONCE = 20_000
KEYS_AT_ONCE = 500
KEY_LENGTH = 15
MOST_TOLD = 20
UNKNOWN = object()
# Move with another record and leave the stamp alone; of deleted records nobody reads them again.
CALCULATED = ["Account_Segment__c"]
# Deleted records leave the recycle bin after so long, and nobody can ask for them any more.
BIN_DAYS = 15


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


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


def true_rows(sandbox, name):
    """Of an object, in lists; deleted ones too."""
    place = 0
    while True:
        text = sandbox.text(f"/truth/{name}?from={place}&rows={ROWS_AT_ONCE}")
        rows = list(csv.DictReader(io.StringIO(text)))
        if not rows:
            return
        yield rows
        place += len(rows)


def known_record(row):
    record = {column: row[column] for column in row.keys() if not column.startswith("_")}
    record.update(json.loads(row["_other"] or "{}"))
    record["IsDeleted"] = row["_deleted"]
    for field in json.loads(row["_unread"] or "{}"):
        record[field] = UNKNOWN
    if row["_unseen_at"] is not None:
        record["Id"] = "(could not be found)"
    return record


def known_records(database, name, keys):
    records = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        part = keys[start : start + KEYS_AT_ONCE]
        marks = ", ".join("?" * len(part))
        for row in database.execute(f'SELECT * FROM "{name}" WHERE _key IN ({marks})', part):
            records[row["_key"]] = known_record(row)
    return records


def told_changes(database, times):
    """Rows of the history that are in the ledger, by id; how often each lies there goes to `times`."""
    changes = {}
    for row in database.execute(f'SELECT * FROM "{HISTORY}" WHERE "Id" <> \'\''):
        change = {column: row[column] for column in row.keys() if not column.startswith("_")}
        change.update(json.loads(row["_other"] or "{}"))
        times[change["Id"][:KEY_LENGTH]] = times.get(change["Id"][:KEY_LENGTH], 0) + 1
        changes[change["Id"][:KEY_LENGTH]] = change
    return changes


class Forgotten:
    """What nobody can ask for any more, or does not: a field of a deleted record that was hidden and came back when the
    record had left the recycle bin is unknown, and what is calculated stays as it was."""

    def __init__(self, now):
        self.before = (moment(now) - datetime.timedelta(days=BIN_DAYS)).strftime("%Y-%m-%dT%H:%M:%S")
        self.unknown = 0
        self.calculated = 0

    def allows(self, true, field, held):
        if true["IsDeleted"] != "true":
            return False
        if held is UNKNOWN and true["SystemModstamp"] < self.before:
            self.unknown += 1
            return True
        if field in CALCULATED:
            self.calculated += 1
            return True
        return False


def differing_fields(key, true, known, left_out=(), forgotten=None):
    if known is None:
        return [f"{key} is missing"]
    found = []
    for field, value in true.items():
        # Histories delete nothing and have no such value.
        if field in left_out or (field == "IsDeleted" and value == ""):
            continue
        held = known.get(field)
        if (held is UNKNOWN or plain(held) != plain(value)) and not (forgotten and forgotten.allows(true, field, held)):
            told = "unknown" if held is UNKNOWN else repr(held)
            found.append(f"{key}.{field} is {told}, in truth {value!r}")
    return found


def compare_records(sandbox, database, name, left_out, forgotten):
    found, count = [], 0
    for rows in true_rows(sandbox, name):
        true = {row["Id"][:KEY_LENGTH]: row for row in rows}
        known = known_records(database, name, list(true))
        for key, row in true.items():
            found += differing_fields(key, row, known.get(key), left_out, forgotten)
        count += len(rows)
    held = database.execute(f'SELECT count(*), count(DISTINCT _key) FROM "{name}"').fetchone()
    if tuple(held) != (count, count):
        found.append(f"{held[0]} records of {held[1]} ids are known, in truth there are {count}")
    return found, count


def compare_history(sandbox, database):
    found, count, times = [], 0, {}
    known = told_changes(database, times)
    for rows in true_rows(sandbox, HISTORY):
        for row in rows:
            key = row["Id"][:KEY_LENGTH]
            # A change lies under the key of its record.
            row["OpportunityId"] = row["OpportunityId"][:KEY_LENGTH]
            found += differing_fields(key, row, known.pop(key, None))
        count += len(rows)
    found += [f"{key} is known, and in truth there is none" for key in known]
    found += [f"{key} is known {often} times" for key, often in times.items() if often > 1]
    return found, count


def compare(sandbox, ledger, names, left_out=()):
    """How many rows of each object are the same; whatever is not ends it with the first differences. Fields that are
    left out may be as they like."""
    database = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    counts, told = {}, []
    forgotten = Forgotten(sandbox.ask("/clock")["now"])
    for name in names:
        if name == HISTORY:
            found, counts[name] = compare_history(sandbox, database)
        else:
            found, counts[name] = compare_records(sandbox, database, name, left_out, forgotten)
        if found:
            told += [f"{name}: {len(found)} differences", *found[:MOST_TOLD]]
    database.close()
    demand(not told, "\n".join(told))
    if forgotten.unknown or forgotten.calculated:
        print(
            f"of deleted records {forgotten.unknown} cells are unknown, for they left the recycle bin while a field was "
            f"hidden, and {forgotten.calculated} calculated ones are as they were"
        )
    return counts
