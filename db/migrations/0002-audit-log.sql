-- The audit log of this desk. Append-only by its triggers: the store itself refuses to change or remove an entry (H20).

CREATE TABLE audit_leaf (
  seq INTEGER PRIMARY KEY,
  leaf BLOB NOT NULL CHECK (length(leaf) = 32),
  subtree BLOB NOT NULL CHECK (length(subtree) = 32)
) STRICT;

CREATE TABLE audit_body (
  seq INTEGER PRIMARY KEY REFERENCES audit_leaf (seq),
  body TEXT NOT NULL
) STRICT;

CREATE TABLE audit_subject (
  subject TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (subject, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_actor (
  user TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (user, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_redaction (
  by_seq INTEGER PRIMARY KEY REFERENCES audit_leaf (seq),
  first INTEGER NOT NULL,
  last INTEGER NOT NULL
) STRICT;

CREATE TABLE audit_checkpoint (
  size INTEGER PRIMARY KEY,
  note TEXT NOT NULL,
  at INTEGER NOT NULL,
  min_at INTEGER NOT NULL,
  max_at INTEGER NOT NULL
) STRICT;

CREATE INDEX audit_checkpoint_times ON audit_checkpoint (min_at, max_at, size);

-- A leaf comes only at the end, so neither a second writer, a stale head nor INSERT OR REPLACE can overwrite one.
CREATE TRIGGER audit_leaf_appends BEFORE INSERT ON audit_leaf
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), -1) + 1 FROM audit_leaf)
BEGIN
  SELECT RAISE(ABORT, 'audit: entries are only appended');
END;

CREATE TRIGGER audit_leaf_stays BEFORE DELETE ON audit_leaf
BEGIN
  SELECT RAISE(ABORT, 'audit: entries are never removed');
END;

CREATE TRIGGER audit_leaf_is_fixed BEFORE UPDATE ON audit_leaf
BEGIN
  SELECT RAISE(ABORT, 'audit: entries are never changed');
END;

-- A body comes with its leaf, so one that has been redacted cannot be filled in again with another.
CREATE TRIGGER audit_body_appends BEFORE INSERT ON audit_body
WHEN NEW.seq IS NOT (SELECT max(seq) FROM audit_leaf)
  OR EXISTS (SELECT 1 FROM audit_body WHERE seq = NEW.seq)
BEGIN
  SELECT RAISE(ABORT, 'audit: entries are only appended');
END;

CREATE TRIGGER audit_body_is_fixed BEFORE UPDATE ON audit_body
BEGIN
  SELECT RAISE(ABORT, 'audit: entries are never changed');
END;

-- A body goes only when a redact entry names it; redact entries stay, or nothing would explain the gap.
CREATE TRIGGER audit_body_stays BEFORE DELETE ON audit_body
WHEN NOT EXISTS (SELECT 1 FROM audit_redaction WHERE OLD.seq BETWEEN first AND last)
  OR json_extract(OLD.body, '$.action') = 'redact'
BEGIN
  SELECT RAISE(ABORT, 'audit: entries are never removed');
END;

CREATE TRIGGER audit_redaction_follows_entry BEFORE INSERT ON audit_redaction
WHEN EXISTS (SELECT 1 FROM audit_redaction WHERE by_seq = NEW.by_seq)
  OR NEW.last >= NEW.by_seq
  OR NOT EXISTS (
    SELECT 1 FROM audit_body
    WHERE seq = NEW.by_seq
      AND json_extract(body, '$.action') = 'redact'
      AND json_extract(body, '$.record.id') = NEW.first || '-' || NEW.last
  )
BEGIN
  SELECT RAISE(ABORT, 'audit: no redact entry names these entries');
END;

CREATE TRIGGER audit_redaction_stays BEFORE DELETE ON audit_redaction
BEGIN
  SELECT RAISE(ABORT, 'audit: redactions are never removed');
END;

CREATE TRIGGER audit_redaction_is_fixed BEFORE UPDATE ON audit_redaction
BEGIN
  SELECT RAISE(ABORT, 'audit: redactions are never changed');
END;

-- The search tables say what the bodies say, no less: a row goes only after its body.
CREATE TRIGGER audit_subject_stays BEFORE DELETE ON audit_subject
WHEN EXISTS (SELECT 1 FROM audit_body WHERE seq = OLD.seq)
BEGIN
  SELECT RAISE(ABORT, 'audit: entries stay findable');
END;

CREATE TRIGGER audit_subject_is_fixed BEFORE UPDATE ON audit_subject
BEGIN
  SELECT RAISE(ABORT, 'audit: entries stay findable');
END;

CREATE TRIGGER audit_actor_stays BEFORE DELETE ON audit_actor
WHEN EXISTS (SELECT 1 FROM audit_body WHERE seq = OLD.seq)
BEGIN
  SELECT RAISE(ABORT, 'audit: entries stay findable');
END;

CREATE TRIGGER audit_actor_is_fixed BEFORE UPDATE ON audit_actor
BEGIN
  SELECT RAISE(ABORT, 'audit: entries stay findable');
END;

-- Checkpoints come in order of size, so a signed head is never replaced.
CREATE TRIGGER audit_checkpoint_appends BEFORE INSERT ON audit_checkpoint
WHEN NEW.size <= (SELECT max(size) FROM audit_checkpoint)
BEGIN
  SELECT RAISE(ABORT, 'audit: checkpoints are only appended');
END;

CREATE TRIGGER audit_checkpoint_stays BEFORE DELETE ON audit_checkpoint
BEGIN
  SELECT RAISE(ABORT, 'audit: checkpoints are never removed');
END;

CREATE TRIGGER audit_checkpoint_is_fixed BEFORE UPDATE ON audit_checkpoint
BEGIN
  SELECT RAISE(ABORT, 'audit: checkpoints are never changed');
END;
