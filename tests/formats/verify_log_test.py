#!/usr/bin/env python3
"""Holds the independent verifier against golden logs, a log written now, and hundreds of tampered ones; and holds
`plumbline log verify` against it.

    verify_log_test.py SOURCE_DIR WRITE_LOG PLUMBLINE
"""

import base64
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile

import verify_log

EDITS = 200
SEED = 20240601


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def demand(holds, what):
    if not holds:
        raise SystemExit("FAILED: " + what)


def status_of(program, *words):
    return subprocess.run([program, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False).returncode


# RFC 8032, section 7.1: tests 1 and 3.
PUBLISHED = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
     "d25bf5f0595bbe24655141438e7a100b"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
     "4a7c15e9716ed28dc027beceea1ec40a"),
]


def check_published_signatures():
    for public, message, signature in PUBLISHED:
        public, message, signature = (bytes.fromhex(text) for text in (public, message, signature))
        demand(verify_log.ed25519_verify(public, message, signature), "a published signature is refused")
        demand(not verify_log.ed25519_verify(public, message + b"x", signature), "a wrong signature is accepted")


class Log:
    def __init__(self, folder):
        self.ledger = os.path.join(folder, "sales.ledger")
        self.public = self.ledger + ".pub"
        self.keys = verify_log.parse_public_keys(read(self.public))
        self.sent = os.path.join(folder, "sent.txt")
        self.anchors = verify_log.split_notes(read(self.sent))


def check_good(log, program):
    demand(len(log.keys) == 2 and len(log.anchors) == 9, "keys or anchors are missing beside " + log.ledger)
    only_first = {name: key for name, key in log.keys.items() if name == "plumbline/Northern%20Sales"}
    faults = verify_log.verify(log.ledger, only_first, log.anchors)
    demand(not faults, "a good log is refused: %s" % faults)
    faults = verify_log.verify(log.ledger, log.keys)
    demand(not faults, "good logs are refused: %s" % faults)
    demand(status_of(program, "log", "verify", log.ledger, "--pubkey", log.public, "--anchor", log.sent) == 0,
           "plumbline refuses a good log")


def check_receipt(folder, program):
    ledger = os.path.join(folder, "small.ledger")
    keys = verify_log.parse_public_keys(read(ledger + ".pub"))
    receipt = json.loads(subprocess.run([program, "log", "receipt", "299", "--ledger", ledger], stdout=subprocess.PIPE,
                                        check=True).stdout)
    origin = receipt["checkpoint"].split("\n")[0]
    size, root, _ = verify_log.open_checkpoint(receipt["checkpoint"], origin, keys[origin])
    entry = receipt["entries"][0]
    proof = [base64.b64decode(step) for step in entry["proof"]]
    leaf = verify_log.leaf_hash(entry["entry"].encode())
    demand(verify_log.path_leads_to(leaf, entry["seq"], size, proof, root), "a receipt does not prove its entry")
    demand(not verify_log.path_leads_to(leaf, entry["seq"] + 1, size, proof, root), "a receipt proves too much")


def flipped(data, dice):
    data = bytearray(data.encode() if isinstance(data, str) else data)
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


def tamper(database, dice):
    """One random edit; says which."""
    table, column = dice.choice([("audit_entry", "entry"), ("audit_entry", "personal"), ("audit_entry", "salt"),
                                 ("audit_tile", "hashes"), ("audit_checkpoint", "note")])
    key = {"audit_entry": "org * 1000000 + seq", "audit_tile": "rowid", "audit_checkpoint": "id"}[table]
    rows = database.execute("SELECT %s, %s FROM %s WHERE %s IS NOT NULL" % (key, column, table, column)).fetchall()
    row, data = dice.choice(rows)
    other, other_data = dice.choice([found for found in rows if found[1] != data])
    way = dice.choice(["flip", "flip", "swap", "delete", "copy"])
    # Without the last checkpoint of all, of a quiet period, the log is what it was before: only an anchor tells.
    if way == "delete" and table == "audit_checkpoint" and row == max(rows)[0]:
        way = "copy"
    if way == "flip":
        kind = "BLOB" if column in ("salt", "hashes") else "TEXT"
        database.execute("UPDATE %s SET %s = CAST(? AS %s) WHERE %s = ?" % (table, column, kind, key),
                         (flipped(data, dice), row))
    elif way == "swap":
        database.execute("UPDATE %s SET %s = ? WHERE %s = ?" % (table, column, key), (other_data, row))
        database.execute("UPDATE %s SET %s = ? WHERE %s = ?" % (table, column, key), (data, other))
    elif way == "copy":
        database.execute("UPDATE %s SET %s = ? WHERE %s = ?" % (table, column, key), (other_data, row))
    else:
        database.execute("DELETE FROM %s WHERE %s = ?" % (table, key), (row,))
    return "%s of %s.%s, row %s" % (way, table, column, row)


def without_guards(path):
    """Neither the triggers nor the columns that make SQLite refuse what is no JSON."""
    database = sqlite3.connect(path)
    for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        database.execute("DROP TRIGGER " + name)
    database.executescript("""
        CREATE TABLE plain(org INTEGER, seq INTEGER, entry TEXT, personal TEXT, salt BLOB, PRIMARY KEY(org, seq))
          WITHOUT ROWID;
        INSERT INTO plain SELECT org, seq, entry, personal, salt FROM audit_entry;
        DROP TABLE audit_entry; ALTER TABLE plain RENAME TO audit_entry; PRAGMA journal_mode=DELETE;""")
    database.commit()
    database.close()


def check_tampered(log, program, folder):
    good = os.path.join(folder, "good.ledger")
    shutil.copy(log.ledger, good)
    without_guards(good)
    dice = random.Random(SEED)
    tampered = os.path.join(folder, "tampered.ledger")
    for number in range(EDITS):
        shutil.copy(good, tampered)
        database = sqlite3.connect(tampered)
        what = tamper(database, dice)
        database.commit()
        database.close()
        demand(verify_log.verify(tampered, log.keys), "not found: " + what)
        if number % 10 == 0:
            demand(status_of(program, "log", "verify", tampered, "--pubkey", log.public) == 5,
                   "plumbline does not find: " + what)


def check_cut_off(log, program, folder):
    """All that is left fits together; only the anchors know of more."""
    cut = os.path.join(folder, "cut.ledger")
    shutil.copy(log.ledger, cut)
    without_guards(cut)
    database = sqlite3.connect(cut)
    database.executescript("""
        DELETE FROM audit_checkpoint WHERE id > 3; DELETE FROM audit_entry WHERE org > 1 OR seq >= 6;
        DELETE FROM audit_tile WHERE org > 1 OR level > 0 OR tile > 0;
        UPDATE audit_tile SET hashes = substr(hashes, 1, 32 * 6);""")
    database.commit()
    database.close()
    first = {name: key for name, key in log.keys.items() if name == "plumbline/Northern%20Sales"}
    demand(not verify_log.verify(cut, first), "the cut log does not fit together: the test is wrong")
    demand(verify_log.verify(cut, first, log.anchors[3:4]), "the log was cut off, and an anchor did not tell")
    demand(status_of(program, "log", "verify", cut, "--pubkey", log.public) == 0, "plumbline knows too much")
    demand(status_of(program, "log", "verify", cut, "--pubkey", log.public, "--anchor", log.sent) == 5,
           "plumbline does not find that the log was cut off")


def main():
    source, write_log, program = sys.argv[1:]
    check_published_signatures()
    with tempfile.TemporaryDirectory() as folder:
        golden = os.path.join(folder, "golden")
        shutil.copytree(os.path.join(source, "tests", "golden", "ledger-1"), golden)
        fresh = os.path.join(folder, "fresh")
        os.mkdir(fresh)
        demand(status_of(write_log, fresh) == 0, "write_log failed")
        for log in (Log(golden), Log(fresh)):
            check_good(log, program)
        check_receipt(fresh, program)
        check_tampered(Log(fresh), program, folder)
        check_cut_off(Log(fresh), program, folder)
    print("golden and fresh logs verified; %d of %d tampered ones found" % (EDITS, EDITS))


if __name__ == "__main__":
    main()
