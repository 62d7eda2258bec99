// The first ledger. Released: never changed, only followed by the next one. docs/formats/ledger.md tells what
// the tables mean; one table an object of the CRM is added as records come (record_tables.h).
//
// Times are texts (2024-06-01T12:00:00Z), so that whoever opens the file can read them; in `change`, of which
// there are millions, they are seconds since 1970, and the view `changes` shows them as texts.
#pragma once

#include <string_view>

namespace plumbline {

inline constexpr std::string_view kMigration1 = R"sql(
CREATE TABLE organisation(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  made_at TEXT NOT NULL,
  last_at TEXT NOT NULL);  -- newest moment anything was written as of

CREATE TABLE object(
  id INTEGER PRIMARY KEY,
  org INTEGER NOT NULL,
  name TEXT NOT NULL COLLATE NOCASE,
  id_rule TEXT NOT NULL,  -- salesforce, any, none (rows without ids of their own)
  UNIQUE(org, name));

CREATE TABLE field(
  id INTEGER PRIMARY KEY,
  org INTEGER NOT NULL,
  object INTEGER NOT NULL,  -- object.id
  name TEXT NOT NULL COLLATE NOCASE,
  type TEXT NOT NULL,
  is_column INTEGER NOT NULL,  -- 0: kept in the records' _other
  first_sync INTEGER,       -- that delivered it; NULL: none did
  last_sync INTEGER,
  label TEXT NOT NULL DEFAULT '',      -- what people call it, where a field map says so
  refers_to TEXT NOT NULL DEFAULT '',  -- object whose ids a reference holds
  UNIQUE(org, object, name));

-- When the CRM did not show a field: nobody knew its values then.
CREATE TABLE hidden_field(
  org INTEGER NOT NULL,
  field INTEGER NOT NULL,      -- field.id
  hidden_at TEXT NOT NULL,     -- seen_at of the sync that told so
  shown_at TEXT,               -- likewise; NULL: it is hidden
  reason TEXT NOT NULL,
  UNIQUE(org, field, hidden_at));

CREATE TABLE sync(
  id INTEGER PRIMARY KEY,
  org INTEGER NOT NULL,
  source TEXT NOT NULL,     -- folder:/srv/exports
  seen_at TEXT NOT NULL,    -- when its records were so, as far as the ledger knows
  written_at TEXT NOT NULL, -- by the clock
  complete INTEGER NOT NULL);  -- 1: what it did not deliver is gone

CREATE TABLE sync_file(
  org INTEGER NOT NULL,
  sync INTEGER NOT NULL,
  name TEXT NOT NULL,
  object TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  added INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  stale INTEGER NOT NULL DEFAULT 0,  -- rows older than what was known
  rejected_rows INTEGER NOT NULL,
  rejected_cells INTEGER NOT NULL);
CREATE INDEX sync_file_by_sync ON sync_file(org, sync);

CREATE TABLE reject(
  org INTEGER NOT NULL,
  sync INTEGER NOT NULL,
  file TEXT NOT NULL,
  line INTEGER NOT NULL,
  column_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  raw TEXT NOT NULL);
CREATE INDEX reject_by_sync ON reject(org, sync);

-- What a source remembers from one sync to the next.
CREATE TABLE source_state(
  org INTEGER NOT NULL,
  source TEXT NOT NULL,     -- salesforce:main
  key TEXT NOT NULL,        -- Opportunity/high
  value TEXT NOT NULL,
  updated_at TEXT NOT NULL, -- by the clock
  PRIMARY KEY(org, source, key)) WITHOUT ROWID;

-- One field of one record became another. Known between seen_at and superseded_at: better knowledge (the
-- CRM's own history, that tells the moment and what was in between) replaces what was only seen from outside.
CREATE TABLE change(
  id INTEGER PRIMARY KEY,
  org INTEGER NOT NULL,
  field INTEGER NOT NULL,       -- field.id, which tells the object
  record TEXT NOT NULL,         -- the record's _key
  old TEXT,
  new TEXT,
  happened_at INTEGER NOT NULL, -- as the source says; where it does not, when it was seen
  seen_at INTEGER NOT NULL,
  superseded_at INTEGER,
  sync INTEGER NOT NULL,
  by TEXT,                      -- who did it, where the history says so
  history TEXT,                 -- id of the row of the CRM's history it comes from; '' where such rows have none
  other TEXT);                  -- JSON: what else that row said
CREATE INDEX change_by_record ON change(org, field, record, happened_at);
-- What was only seen from outside and may still be superseded; few beside what histories tell.
CREATE INDEX change_seen ON change(org, field, record) WHERE history IS NULL AND superseded_at IS NULL;

CREATE VIEW changes AS
  SELECT o.name AS object, c.record AS record, f.name AS field, c.old AS old, c.new AS new,
         strftime('%Y-%m-%dT%H:%M:%SZ', c.happened_at, 'unixepoch') AS happened_at,
         strftime('%Y-%m-%dT%H:%M:%SZ', c.seen_at, 'unixepoch') AS seen_at,
         strftime('%Y-%m-%dT%H:%M:%SZ', c.superseded_at, 'unixepoch') AS superseded_at,
         CASE WHEN c.history IS NULL THEN 'seen' ELSE 'history' END AS known_from,
         c.sync AS sync, c.org AS org
  FROM change c JOIN field f ON f.id = c.field JOIN object o ON o.id = f.object;

-- What was pruned: nothing of that kind from before `before` is complete any more.
CREATE TABLE pruned(
  org INTEGER NOT NULL,
  kind TEXT NOT NULL,       -- changes, raw, rejects
  before TEXT NOT NULL,
  at TEXT NOT NULL,         -- of the newest pruning
  UNIQUE(org, kind));

CREATE TABLE pack(
  org INTEGER NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  text TEXT NOT NULL,       -- as it was loaded, so that a verdict of years ago can be understood
  first_used_at TEXT NOT NULL,
  UNIQUE(org, name, hash));

CREATE TABLE run(
  id INTEGER PRIMARY KEY,
  org INTEGER NOT NULL,
  as_of TEXT NOT NULL,      -- frozen "now"
  written_at TEXT NOT NULL,
  packs TEXT NOT NULL,      -- JSON: [{"pack", "hash"}]
  records INTEGER NOT NULL,
  violated INTEGER NOT NULL,
  unknown INTEGER NOT NULL,
  opened INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  resolved INTEGER NOT NULL,
  lapsed INTEGER NOT NULL,
  reopened INTEGER NOT NULL,
  retracted INTEGER NOT NULL,
  audit_seq INTEGER NOT NULL);

CREATE TABLE violation(
  number INTEGER PRIMARY KEY,   -- V1, V2, ... in all that is shown
  org INTEGER NOT NULL,
  pack TEXT NOT NULL,
  policy TEXT NOT NULL,
  object TEXT NOT NULL,
  record TEXT NOT NULL,         -- id as the source spells it
  record_key TEXT NOT NULL,     -- the part that identifies
  record_name TEXT NOT NULL,
  severity TEXT NOT NULL,
  state TEXT NOT NULL,          -- open, resolved, lapsed, retracted
  owner TEXT NOT NULL,          -- of the record when it was opened
  owner_name TEXT NOT NULL,
  owner_now TEXT,               -- at the newest transition, where that is another
  owner_now_name TEXT,
  opened_at TEXT NOT NULL,      -- the last time it was
  opened_run INTEGER NOT NULL,
  changed_at TEXT NOT NULL,     -- newest transition
  closed_at TEXT,
  unknown_since TEXT,           -- open, and no longer known to be one
  unknown_reason TEXT,
  times_opened INTEGER NOT NULL,
  evidence TEXT NOT NULL,       -- JSON
  digest BLOB NOT NULL,         -- of what is told: severity, owner, evidence, message, remedy
  message TEXT NOT NULL,
  remedy TEXT NOT NULL);
CREATE UNIQUE INDEX violation_by_record ON violation(org, record_key, policy, pack, object);
CREATE INDEX violation_by_state ON violation(org, state, closed_at, severity, unknown_since);

CREATE TABLE transition(
  id INTEGER PRIMARY KEY,
  org INTEGER NOT NULL,
  run INTEGER NOT NULL,
  violation INTEGER NOT NULL,   -- violation.number
  kind TEXT NOT NULL,           -- opened, changed, resolved, lapsed, reopened, retracted, unknown, known
  at TEXT NOT NULL,
  owner TEXT NOT NULL,          -- of the record then
  reason TEXT,
  audit_seq INTEGER NOT NULL);  -- the entry that tells it with its evidence
CREATE INDEX transition_by_violation ON transition(org, violation, id);

CREATE TABLE waiver(
  number INTEGER PRIMARY KEY,   -- W1, W2, ...
  org INTEGER NOT NULL,
  kind TEXT NOT NULL,           -- waiver, snooze
  pack TEXT,                    -- scope: NULL is any
  policy TEXT,
  object TEXT,
  record_key TEXT,
  owner TEXT,
  reason TEXT NOT NULL,
  author TEXT NOT NULL,
  made_at TEXT NOT NULL,
  until_at TEXT NOT NULL,       -- its end, or, where it ends with a change, at the latest
  until_field TEXT,             -- ends before when this field of the record changes
  ended_at TEXT,
  ended_why TEXT,
  audit_seq INTEGER NOT NULL);
CREATE INDEX waiver_by_org ON waiver(org, ended_at);

-- The audit log: docs/formats/audit-log.md.
CREATE TABLE audit_entry(
  org INTEGER NOT NULL,
  seq INTEGER NOT NULL,         -- from 0, without gaps
  entry TEXT NOT NULL,          -- canonical JSON: exactly what is hashed
  personal TEXT,                -- JSON; NULL: there is none, or it was erased
  salt BLOB,
  at TEXT GENERATED ALWAYS AS (json_extract(entry, '$.at')) VIRTUAL,
  kind TEXT GENERATED ALWAYS AS (json_extract(entry, '$.kind')) VIRTUAL,
  PRIMARY KEY(org, seq)) WITHOUT ROWID;
CREATE TABLE audit_tile(
  org INTEGER NOT NULL,
  level INTEGER NOT NULL,
  tile INTEGER NOT NULL,
  hashes BLOB NOT NULL,         -- up to 256 of 32 bytes
  PRIMARY KEY(org, level, tile));
CREATE TABLE audit_checkpoint(
  id INTEGER PRIMARY KEY,
  org INTEGER NOT NULL,
  size INTEGER NOT NULL,
  note TEXT NOT NULL);          -- the signed note
CREATE INDEX audit_checkpoint_by_size ON audit_checkpoint(org, size);

-- Guards against accidents. Whoever means harm can remove them, and is found by the tree.
CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END;
CREATE TRIGGER audit_entry_is_final BEFORE UPDATE OF org, seq, entry ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_checkpoint_stays BEFORE DELETE ON audit_checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints are never deleted'); END;
CREATE TRIGGER audit_checkpoint_is_final BEFORE UPDATE ON audit_checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints are never changed'); END;
)sql";

}  // namespace plumbline
