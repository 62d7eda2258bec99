#!/usr/bin/env python3
"""Holds config/schemas against the files they are for, with a validator that is not ours.

    validate_schemas.py SOURCE_DIR

Ends with 77, which ctest calls skipped, where the packages python3-jsonschema and python3-yaml are missing.
"""
import json
import re
import sys
from pathlib import Path

SKIPPED = 77

try:
    import yaml
    from jsonschema import Draft7Validator
except ImportError as missing:
    print(f"SKIPPED: {missing}. Remedy: apt-get install python3-jsonschema python3-yaml")
    sys.exit(SKIPPED)

ROOT = Path(sys.argv[1])
# Faults of shape: unknown key, missing key, wrong kind. Others are beyond a schema.
SHAPE_FAULTS = re.compile(r"error: .*\[(PB140|PB141|PB142|CF001|CF002|CF003|CF005)\]")

WITH_FAULTS = "-with-faults"  # examples of what is told

# Of field maps, whose other mistakes the tests of records/ keep as texts in C++.
FIELD_MAP_MISTAKES = [
    "object: {Opportunity: {}}",
    "objects: [Opportunity]",
    "objects: {Opportunity: {files: a.csv}}",
    "objects: {Opportunity: {file: [a.csv]}}",
    "objects: {Opportunity: {file: ''}}",
    "objects: {Opportunity: {fields: {Amount: {form: value}}}}",
    "objects: {Opportunity: {fields: {Amount: [value]}}}",
    "objects: {Opportunity: {fields: {Amount: {type: monny}}}}",
    "objects: {Opportunity: {fields: {IsWon: {when: a = 1, from: b}}}}",
    "relationships: {Cases: Case.OwnerId}",
    "relationships: {User.Cases: OwnerId}",
]


class Loader(yaml.SafeLoader):
    """YAML as editors read it (1.2, core schema): a date is a text, yes and no are, too."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("null", r"^(~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    ("float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", list("-+.0123456789")),
]:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)


# Ids such as 005000000000009 are whole numbers here, not octal ones.
Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))


def as_json(value):
    """Keys of JSON are texts."""
    if isinstance(value, dict):
        return {str(key): as_json(one) for key, one in value.items()}
    return [as_json(one) for one in value] if isinstance(value, list) else value


def parse(text):
    return as_json(yaml.load(text, Loader))


def tell(fault, failures):
    print(f"FAILED: {fault}")
    failures.append(fault)


def load(path):
    return parse(path.read_text(encoding="utf-8"))


def faults_of(validator, document):
    return [f"/{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator.iter_errors(document)]


def kind_of(document):
    if isinstance(document, dict) and "pack" in document:
        return "pack"
    if isinstance(document, dict) and ("objects" in document or "relationships" in document):
        return "field-map"
    return "config"


def check_sound_files(validators, failures):
    counts = dict.fromkeys(validators, 0)
    packs = sorted((ROOT / "policies/packs").glob("*.yaml"))
    for path in packs + sorted((ROOT / "docs/examples").rglob("*.yaml")):
        if path.stem.endswith(WITH_FAULTS):
            continue
        document = load(path)
        kind = kind_of(document)
        counts[kind] += 1
        for fault in faults_of(validators[kind], document):
            tell(f"{path.relative_to(ROOT)} is refused by {kind}.schema.json: {fault}", failures)
    for kind, count in counts.items():
        if count == 0:
            tell(f"no file to try {kind}.schema.json with", failures)
    return sum(counts.values())


def check_mistakes(validator, folder, failures):
    refused = 0
    for path in sorted((ROOT / folder).glob("*.yaml")):
        expected = path.with_suffix(".expected")
        # That one is missing is for the tests of the readers to tell.
        if not expected.exists() or not SHAPE_FAULTS.search(expected.read_text(encoding="utf-8")):
            continue
        refused += 1
        if not faults_of(validator, load(path)):
            tell(f"{path.relative_to(ROOT)} has a fault of shape, and its schema does not see it", failures)
    if refused < 10:
        tell(f"only {refused} mistakes of shape were found in {folder}", failures)
    return refused


def main():
    failures = []
    validators = {}
    for path in sorted((ROOT / "config/schemas").glob("*.schema.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        Draft7Validator.check_schema(schema)
        validators[path.name.removesuffix(".schema.json")] = Draft7Validator(schema)
    sound = check_sound_files(validators, failures)
    mistakes = check_mistakes(validators["pack"], "tests/policies/packs", failures)
    mistakes += check_mistakes(validators["config"], "tests/config/configurations", failures)
    for text in FIELD_MAP_MISTAKES:
        if not faults_of(validators["field-map"], parse(text)):
            tell(f"the field map {text!r} is wrong, and its schema does not see it", failures)
    print(f"{sound} sound files, {mistakes + len(FIELD_MAP_MISTAKES)} mistakes, {len(failures)} failures")
    return 1 if failures else 0


sys.exit(main())
