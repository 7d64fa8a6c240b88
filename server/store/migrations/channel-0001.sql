-- One channel: what its desks sent, sealed. Append-only by its triggers (H20): only sealed blobs go, and only those that a purge has named.

CREATE TABLE batches (
  seq INTEGER PRIMARY KEY,
  desk TEXT NOT NULL CHECK (length(desk) = 32),
  incarnation INTEGER NOT NULL CHECK (incarnation >= 0),
  batch INTEGER NOT NULL CHECK (batch >= 1),
  at INTEGER NOT NULL,
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  -- The channel's chain after this batch.
  chain TEXT NOT NULL CHECK (length(chain) = 64),
  -- How many bytes the batch has on the wire with all its blobs.
  bytes INTEGER NOT NULL,
  header BLOB NOT NULL,
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  -- The receipt as it was given, JSON.
  receipt TEXT NOT NULL,
  UNIQUE (desk, incarnation, batch)
) STRICT;

CREATE TABLE blobs (
  seq INTEGER NOT NULL REFERENCES batches (seq),
  -- The blob's place in the header.
  place INTEGER NOT NULL,
  tag TEXT NOT NULL CHECK (length(tag) = 32),
  sealed BLOB NOT NULL,
  PRIMARY KEY (seq, place)
) STRICT;

CREATE INDEX blobs_by_tag ON blobs (tag);

-- Every tag that a purge has named: its blobs are gone, and none is taken again.
CREATE TABLE purged_tags (
  tag TEXT PRIMARY KEY CHECK (length(tag) = 32)
) STRICT, WITHOUT ROWID;

-- Every desk and incarnation that has sent a batch.
CREATE TABLE writers (
  desk TEXT NOT NULL,
  incarnation INTEGER NOT NULL,
  PRIMARY KEY (desk, incarnation)
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
  desk TEXT PRIMARY KEY CHECK (length(desk) = 32),
  signing_key TEXT NOT NULL CHECK (length(signing_key) = 64),
  audit_key TEXT NOT NULL CHECK (length(audit_key) = 64),
  state TEXT NOT NULL CHECK (state IN ('active', 'retired', 'stolen', 'quarantined'))
) STRICT;

CREATE TABLE membership (
  seq INTEGER PRIMARY KEY,
  prev TEXT NOT NULL CHECK (length(prev) = 64),
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  -- The whole record, JSON.
  record TEXT NOT NULL
) STRICT;

-- Each audit log's head that was countersigned last.
CREATE TABLE witnessed (
  origin TEXT PRIMARY KEY,
  size INTEGER NOT NULL CHECK (size >= 0),
  root TEXT NOT NULL CHECK (length(root) = 64)
) STRICT;

-- The number is the next, and no other row gives way to it: INSERT OR REPLACE deletes without asking the triggers of DELETE.
CREATE TRIGGER batches_append BEFORE INSERT ON batches
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM batches)
  OR EXISTS (
    SELECT 1 FROM batches
    WHERE desk = NEW.desk AND incarnation = NEW.incarnation AND batch = NEW.batch
  )
BEGIN
  SELECT RAISE(ABORT, 'batches are only appended');
END;

CREATE TRIGGER batches_stay BEFORE DELETE ON batches
BEGIN
  SELECT RAISE(ABORT, 'batches are never removed');
END;

CREATE TRIGGER batches_are_fixed BEFORE UPDATE ON batches
BEGIN
  SELECT RAISE(ABORT, 'batches are never changed');
END;

-- A blob comes with its batch, so none is filled in or exchanged later.
CREATE TRIGGER blobs_append BEFORE INSERT ON blobs
WHEN NEW.seq IS NOT (SELECT max(seq) FROM batches)
  OR EXISTS (SELECT 1 FROM blobs WHERE seq = NEW.seq AND place = NEW.place)
BEGIN
  SELECT RAISE(ABORT, 'blobs come with their batch');
END;

CREATE TRIGGER blobs_go_by_purge BEFORE DELETE ON blobs
WHEN NOT EXISTS (SELECT 1 FROM purged_tags WHERE tag = OLD.tag)
BEGIN
  SELECT RAISE(ABORT, 'only purged blobs are removed');
END;

CREATE TRIGGER blobs_are_fixed BEFORE UPDATE ON blobs
BEGIN
  SELECT RAISE(ABORT, 'blobs are never changed');
END;

CREATE TRIGGER purged_tags_stay BEFORE DELETE ON purged_tags
BEGIN
  SELECT RAISE(ABORT, 'a purge is never undone');
END;

CREATE TRIGGER purged_tags_are_fixed BEFORE UPDATE ON purged_tags
BEGIN
  SELECT RAISE(ABORT, 'a purge is never undone');
END;

CREATE TRIGGER writers_stay BEFORE DELETE ON writers
BEGIN
  SELECT RAISE(ABORT, 'writers are never removed');
END;

CREATE TRIGGER writers_are_fixed BEFORE UPDATE ON writers
BEGIN
  SELECT RAISE(ABORT, 'writers are never changed');
END;

CREATE TRIGGER devices_stay BEFORE DELETE ON devices
BEGIN
  SELECT RAISE(ABORT, 'desks are never removed');
END;

-- A desk that has ended does not come back: neither by an update nor by a row put in its place.
CREATE TRIGGER devices_end_once BEFORE UPDATE ON devices
WHEN (NEW.state = 'active' AND OLD.state <> 'active') OR NEW.desk <> OLD.desk
BEGIN
  SELECT RAISE(ABORT, 'an ended desk stays ended');
END;

CREATE TRIGGER devices_end_once_inserted BEFORE INSERT ON devices
WHEN EXISTS (SELECT 1 FROM devices WHERE desk = NEW.desk AND state <> 'active' AND NEW.state = 'active')
BEGIN
  SELECT RAISE(ABORT, 'an ended desk stays ended');
END;

CREATE TRIGGER membership_appends BEFORE INSERT ON membership
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), -1) + 1 FROM membership)
  OR NEW.prev IS NOT coalesce(
    (SELECT hash FROM membership ORDER BY seq DESC LIMIT 1),
    '0000000000000000000000000000000000000000000000000000000000000000'
  )
BEGIN
  SELECT RAISE(ABORT, 'membership records are only appended');
END;

CREATE TRIGGER membership_stays BEFORE DELETE ON membership
BEGIN
  SELECT RAISE(ABORT, 'membership records are never removed');
END;

CREATE TRIGGER membership_is_fixed BEFORE UPDATE ON membership
BEGIN
  SELECT RAISE(ABORT, 'membership records are never changed');
END;

CREATE TRIGGER witnessed_stays BEFORE DELETE ON witnessed
BEGIN
  SELECT RAISE(ABORT, 'a witnessed head is never forgotten');
END;

CREATE TRIGGER witnessed_grows BEFORE UPDATE ON witnessed
WHEN NEW.origin <> OLD.origin OR NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
BEGIN
  SELECT RAISE(ABORT, 'a witnessed head only grows');
END;

CREATE TRIGGER witnessed_grows_inserted BEFORE INSERT ON witnessed
WHEN EXISTS (
  SELECT 1 FROM witnessed
  WHERE origin = NEW.origin AND (size > NEW.size OR (size = NEW.size AND root <> NEW.root))
)
BEGIN
  SELECT RAISE(ABORT, 'a witnessed head only grows');
END;
