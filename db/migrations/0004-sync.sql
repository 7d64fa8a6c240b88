-- Syncing: sealed batches of every desk, what waits, heads beside the shown ones, purges, alarms.

CREATE TABLE sync_batch (
  desk BLOB NOT NULL,
  incarnation INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  hash TEXT NOT NULL,
  header TEXT NOT NULL,
  signature BLOB NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  -- The channel's number and chain, once the server has acknowledged or shown the batch.
  seq INTEGER,
  chain TEXT,
  receipt TEXT,
  PRIMARY KEY (desk, incarnation, batch)
) STRICT;

CREATE INDEX sync_batch_not_numbered ON sync_batch (desk, incarnation) WHERE seq IS NULL;

-- Narrow, and without an index by subject: a batch holds hundreds of subjects, and each would touch a page of its own. A purge looks
-- through all of it, which takes a tenth of a second for a year of marks.
CREATE TABLE sync_blob (
  desk BLOB NOT NULL,
  incarnation INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  position INTEGER NOT NULL,
  tag BLOB NOT NULL,
  subject BLOB,
  state TEXT NOT NULL CHECK (state IN ('here', 'quarantined', 'missing', 'explained', 'purged')),
  PRIMARY KEY (desk, incarnation, batch, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX sync_blob_missing ON sync_blob (desk, incarnation, batch) WHERE state = 'missing';
CREATE INDEX sync_blob_quarantined ON sync_blob (desk, incarnation, batch) WHERE state = 'quarantined';

CREATE TABLE sync_bytes (
  desk BLOB NOT NULL,
  incarnation INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  position INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (desk, incarnation, batch, position),
  FOREIGN KEY (desk, incarnation, batch, position) REFERENCES sync_blob (desk, incarnation, batch, position)
    DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

-- The chain at each number that has been read: what a server shows later is compared with it.
CREATE TABLE sync_chain (
  seq INTEGER PRIMARY KEY,
  chain TEXT NOT NULL
) STRICT;

-- Batches that came and cannot be applied yet.
CREATE TABLE sync_stalled (
  desk BLOB NOT NULL,
  incarnation INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (desk, incarnation, batch)
) STRICT;

-- Operations that wait for a record they hang on, or for a newer version of the application. `body` is sealed under the
-- subject's key where it is about one.
CREATE TABLE sync_waiting (
  id INTEGER PRIMARY KEY,
  reason TEXT NOT NULL CHECK (reason IN ('parent', 'unknown-kind')),
  -- The record that a put or delete is about: what comes later for it waits too.
  record TEXT,
  subject BLOB,
  body BLOB NOT NULL,
  stamp TEXT NOT NULL,
  desk BLOB NOT NULL,
  incarnation INTEGER NOT NULL,
  seq INTEGER NOT NULL
) STRICT;

CREATE INDEX sync_waiting_record ON sync_waiting (record) WHERE record IS NOT NULL;
CREATE INDEX sync_waiting_subject ON sync_waiting (subject) WHERE subject IS NOT NULL;

-- Who made a change of another desk, what its desk had read by then, and its number in the channel.
CREATE TABLE sync_change (
  desk INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  author BLOB,
  seen INTEGER NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (desk, seq)
) STRICT, WITHOUT ROWID;

-- Cells of registers in which desks made different marks without knowing of each other.
CREATE TABLE mark_conflict (
  day TEXT NOT NULL,
  "class" BLOB NOT NULL,
  session TEXT NOT NULL,
  student BLOB NOT NULL,
  author_column TEXT NOT NULL,
  PRIMARY KEY (day, "class", session, student, author_column)
) STRICT, WITHOUT ROWID;

-- The heads of a field beside the one that its row shows: values that nobody has decided against.
CREATE TABLE field_head (
  tbl TEXT NOT NULL,
  key TEXT NOT NULL,
  field TEXT NOT NULL,
  hlc INTEGER NOT NULL,
  desk INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  subject BLOB,
  -- JSON, or the row's own envelope for a sealed field.
  value TEXT,
  envelope BLOB,
  PRIMARY KEY (tbl, key, field, hlc, desk, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX field_head_subject ON field_head (subject) WHERE subject IS NOT NULL;

-- For each writer the number up to which its versions of a field are superseded, while they have not come.
CREATE TABLE field_cover (
  tbl TEXT NOT NULL,
  key TEXT NOT NULL,
  field TEXT NOT NULL,
  writer TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (tbl, key, field, writer)
) STRICT, WITHOUT ROWID;

CREATE TABLE purge_ledger (
  subject BLOB PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE purged_tag (
  tag BLOB PRIMARY KEY,
  sent INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE purge_hold (
  id BLOB PRIMARY KEY,
  subject BLOB NOT NULL,
  is_open INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE parked_purge (
  subject BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_alarm (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  desk BLOB,
  number INTEGER,
  at INTEGER NOT NULL,
  seen_at INTEGER
) STRICT;

-- The membership log as it travels: the entries that the server has, sealed.
CREATE TABLE membership_record (
  seq INTEGER PRIMARY KEY,
  record TEXT NOT NULL
) STRICT;

-- What was entered here and has lost its place in the log, until somebody who may sign it is signed in.
CREATE TABLE membership_waiting (
  id INTEGER PRIMARY KEY,
  signer BLOB NOT NULL,
  fact TEXT NOT NULL
) STRICT;

-- The key of an epoch, and those that an epoch of that number had before it lost its place in the membership log.
CREATE TABLE group_key (
  epoch INTEGER NOT NULL,
  key BLOB NOT NULL,
  is_lost INTEGER NOT NULL CHECK (is_lost IN (0, 1)),
  PRIMARY KEY (epoch, key)
) STRICT, WITHOUT ROWID;
