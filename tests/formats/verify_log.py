#!/usr/bin/env python3
"""Verifies the audit log of a ledger, with Python's standard library alone.

Written from docs/formats/audit-log.md and the public definitions it names (RFC 6962, RFC 8032), without a look at
Plumbline's own code: what both accept and refuse is what the page says.

    verify_log.py LEDGER --pubkey FILE [--anchor FILE]...

Prints each fault; ends with status 0 where there are none, with 5 where there are.
"""

import argparse
import base64
import functools
import hashlib
import re
import sqlite3
import sys

DASH = "\u2014"


# --- Ed25519: RFC 8032, section 5.1, as it is defined there. Slow, and for public values alone.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P != 0:
        return None
    return P - x if x & 1 != sign else x


def point_add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    k, l, m, n = f - e, h - g, h + g, f + e
    return (k * l % P, m * n % P, l * m % P, k * n % P)


def point_times(number, point):
    result = (0, 1, 1, 0)
    while number > 0:
        if number & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        number >>= 1
    return result


def same_point(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def decompress(data):
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


@functools.lru_cache(maxsize=4096)
def ed25519_verify(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = decompress(public), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return same_point(point_times(s, BASE), point_add(r, point_times(h, a)))


# --- Bytes and texts

def sha256(data):
    return hashlib.sha256(data).digest()


def strict_base64(text):
    """The bytes, or None for any spelling but the one that RFC 4648 gives."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


def origin_of(name):
    plain = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/"
    return "plumbline/" + "".join(chr(b) if b in plain else "%%%02X" % b for b in name.encode())


def as_bytes(value):
    return value.encode() if isinstance(value, str) else value


# --- The tree: RFC 6962, section 2.1

def leaf_hash(entry):
    return sha256(b"\x00" + entry)


def pair_hash(left, right):
    return sha256(b"\x01" + left + right)


def root_of(hashes):
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return pair_hash(root_of(hashes[:split]), root_of(hashes[split:]))


def levels_of(leaves):
    """The hashes of each level of tiles."""
    levels = [leaves]
    while len(levels) < 8:
        below = levels[-1]
        levels.append([root_of(below[i:i + 256]) for i in range(0, len(below) // 256 * 256, 256)])
    return levels


def root_at(levels, size):
    """The root of the first `size` entries: the full tiles of each level stand for what is below them."""
    root = None
    for level in range(8):
        hashes = size >> 8 * level
        rest = levels[level][hashes // 256 * 256:hashes]
        # Largest full trees first; joined from the right.
        while rest:
            width = len(rest) & -len(rest)
            tree = root_of(rest[-width:])
            root = tree if root is None else pair_hash(tree, root)
            rest = rest[:-width]
    return sha256(b"") if root is None else root


def path_leads_to(leaf, index, size, proof, root):
    first, last, reached = index, size - 1, leaf
    if index >= size:
        return False
    for step in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            reached = pair_hash(step, reached)
            while first & 1 == 0 and first != 0:
                first, last = first >> 1, last >> 1
        else:
            reached = pair_hash(reached, step)
        first, last = first >> 1, last >> 1
    return last == 0 and reached == root


# --- Notes

class Fault(Exception):
    pass


def key_hash(name, public):
    return sha256(name.encode() + b"\n\x01" + public)[:4]


def parse_public_keys(text):
    keys = {}
    for line in text.split("\n"):
        if not line.strip():
            continue
        name, digits, rest = line.strip().split("+", 2)
        data = strict_base64(rest)
        if data is None or len(data) != 33 or data[0] != 1 or key_hash(name, data[1:]).hex() != digits:
            raise Fault("a public key is not whole")
        keys[name] = data[1:]
    return keys


def open_checkpoint(note, origin, public):
    """(size, root, time) of a checkpoint of this log that this key has signed."""
    if isinstance(note, bytes):
        try:
            note = note.decode()
        except UnicodeDecodeError:
            raise Fault("is no UTF-8")
    if re.search("[\x00-\x09\x0b-\x1f]", note):
        raise Fault("has control characters")
    text, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise Fault("is no signed note")
    text += "\n"
    good = False
    for line in signatures[:-1].split("\n"):
        parts = line.split(" ")
        data = strict_base64(parts[2]) if len(parts) == 3 and parts[0] == DASH else None
        if data is None or len(data) < 5:
            raise Fault("has a line that is no signature")
        if parts[1] == origin and data[:4] == key_hash(origin, public):
            good = good or ed25519_verify(public, text.encode(), data[4:])
    lines = text.split("\n")
    if len(lines) < 5 or lines[0] != origin or not re.fullmatch("0|[1-9][0-9]*", lines[1]):
        raise Fault("is no checkpoint of this log")
    root = strict_base64(lines[2])
    if root is None or len(root) != 32:
        raise Fault("has no root")
    if not re.fullmatch(r"at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", lines[3]):
        raise Fault("has no time")
    if not good:
        raise Fault("is not signed by the key")
    return int(lines[1]), root, lines[3][3:]


def split_notes(text):
    return re.findall("(?:(?!%s )[^\n]+\n)+\n(?:%s [^\n]*\n)+" % (DASH, DASH), text)


# --- One log

def check_checkpoints(rows, origin, public, faults):
    """Those that are right, as (size, root, time, what they are called)."""
    good = []
    for number, size, note in rows:
        label = "checkpoint %d" % number
        try:
            signed_size, root, at = open_checkpoint(note, origin, public)
        except Fault as fault:
            faults.append("%s %s" % (label, fault))
            continue
        if signed_size != size:
            faults.append("%s stands in a row of another size" % label)
        if good and (signed_size < good[-1][0] or at < good[-1][2]):
            faults.append("%s goes back" % label)
        elif good and (signed_size, root, at) == good[-1][:3]:
            faults.append("%s repeats the one before it" % label)
        good.append((signed_size, root, at, label))
    return good


def check_personal(entry, personal, salt):
    found = re.search(rb',"personal":"([0-9a-f]{64})"\}$', entry)
    if not found:
        return personal is None and salt is None
    if personal is None and salt is None:
        return True
    if personal is None or salt is None:
        return False
    return sha256(as_bytes(salt) + as_bytes(personal)).hex().encode() == found.group(1)


def check_entries(database, org, size, faults):
    """The hashes of the entries that there should be."""
    leaves = [b"\x00" * 32] * size
    missing = set(range(size))
    query = "SELECT seq, CAST(entry AS BLOB), CAST(personal AS BLOB), salt FROM audit_entry WHERE org = ? ORDER BY seq"
    for seq, entry, personal, salt in database.execute(query, (org,)):
        label = "entry %s" % seq
        if not isinstance(seq, int) or not 0 <= seq < size:
            faults.append("%s stands outside of the log" % label)
            continue
        missing.discard(seq)
        entry = as_bytes(entry)
        leaves[seq] = leaf_hash(entry)
        if not entry.startswith(b'{"seq":%d,' % seq):
            faults.append("%s calls itself another number" % label)
        if not check_personal(entry, personal, salt):
            faults.append("%s has another personal text than it was written with" % label)
    faults.extend("entry %d is missing" % seq for seq in sorted(missing))
    return leaves


def check_tiles(database, org, levels, faults):
    expected = {}
    for level, hashes in enumerate(levels):
        for tile in range((len(hashes) + 255) // 256):
            expected[level, tile] = b"".join(hashes[tile * 256:tile * 256 + 256])
    for level, tile, data in database.execute("SELECT level, tile, hashes FROM audit_tile WHERE org = ?", (org,)):
        label = "tile %s/%s" % (level, tile)
        if (level, tile) not in expected:
            faults.append("%s stands outside of the tree" % label)
        elif as_bytes(data) != expected.pop((level, tile)):
            faults.append("%s is not that of the entries" % label)
    faults.extend("tile %d/%d is missing" % key for key in sorted(expected))


def check_anchors(anchors, origin, public, size, newest, levels, faults):
    for number, note in enumerate(anchors, 1):
        label = "anchor %d" % number
        try:
            anchor_size, root, at = open_checkpoint(note, origin, public)
        except Fault as fault:
            faults.append("%s %s" % (label, fault))
            continue
        if anchor_size > size:
            faults.append("%s has more entries than the log: its end was cut off" % label)
        elif root_at(levels, anchor_size) != root:
            faults.append("%s has another root: this is another log" % label)
        if newest is None or at > newest:
            faults.append("%s is newer than the newest checkpoint: the log's end was cut off" % label)


def check_log(database, org, origin, public, anchors, faults):
    rows = database.execute("SELECT id, size, CAST(note AS BLOB) FROM audit_checkpoint WHERE org = ? ORDER BY id",
                            (org,)).fetchall()
    checkpoints = check_checkpoints(rows, origin, public, faults)
    size = max((checkpoint[0] for checkpoint in checkpoints), default=0)
    levels = levels_of(check_entries(database, org, size, faults))
    check_tiles(database, org, levels, faults)
    for at_size, root, _, label in checkpoints:
        if root_at(levels, at_size) != root:
            faults.append("%s has another root than its entries" % label)
    newest = max((checkpoint[2] for checkpoint in checkpoints), default=None)
    check_anchors(anchors, origin, public, size, newest, levels, faults)


def verify(path, keys, anchors=()):
    """All faults of a ledger; anchors are notes."""
    database = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    database.text_factory = bytes
    faults = []
    names = {}
    for org, name in database.execute("SELECT id, name FROM organisation").fetchall():
        names[org] = origin_of(as_bytes(name).decode())
    ids = [row[0] for row in database.execute("SELECT id FROM audit_checkpoint ORDER BY id")]
    if ids != list(range(1, len(ids) + 1)):
        faults.append("checkpoints are missing: their numbers are not 1 to %d" % len(ids))
    for table in ("audit_entry", "audit_tile", "audit_checkpoint"):
        for (org,) in database.execute("SELECT DISTINCT org FROM %s" % table):
            if org not in names:
                faults.append("%s has rows of organisation %s, which is not there" % (table, org))
    known = [(org, origin) for org, origin in sorted(names.items()) if origin in keys]
    if not known:
        faults.append("no log of this ledger is signed by these keys")
    for org, origin in known:
        check_log(database, org, origin, keys[origin], anchors, faults)
    database.close()
    return faults


def main():
    parser = argparse.ArgumentParser(description="Verifies the audit log of a ledger of Plumbline's.")
    parser.add_argument("ledger")
    parser.add_argument("--pubkey", required=True, help="a file of public keys")
    parser.add_argument("--anchor", action="append", default=[], help="a file of checkpoints kept elsewhere")
    options = parser.parse_args()
    with open(options.pubkey, encoding="utf-8") as file:
        keys = parse_public_keys(file.read())
    anchors = []
    for name in options.anchor:
        with open(name, encoding="utf-8") as file:
            anchors += split_notes(file.read())
    faults = verify(options.ledger, keys, anchors)
    for fault in faults:
        print(fault)
    if not anchors:
        print("no anchor: rollback cannot be excluded")
    print("%d faults" % len(faults) if faults else "verified")
    return 5 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
