-- What the server knows beside the channels: which there are, who may claim one, letters that wait, and what limits and replay need.

CREATE TABLE channels (
  channel TEXT PRIMARY KEY CHECK (length(channel) = 32),
  claimed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- `hash` is of the code's lookup, so that the store does not let its reader claim.
CREATE TABLE claim_codes (
  hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
  expires_at INTEGER NOT NULL,
  -- The channel it was used for, and the hash of the whole request: the same request again gets the same answer.
  channel TEXT,
  request TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE letter_boxes (
  lookup TEXT PRIMARY KEY CHECK (length(lookup) = 64),
  channel TEXT NOT NULL,
  -- The desk that opened it.
  desk TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  request TEXT,
  offer TEXT,
  handover TEXT
) STRICT;

CREATE INDEX letter_boxes_by_end ON letter_boxes (expires_at);

-- Request proofs that were seen, by hash, until they are too old to be taken anyway.
CREATE TABLE proofs (
  id BLOB PRIMARY KEY CHECK (length(id) = 32),
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX proofs_by_end ON proofs (expires_at);

-- How often something was done in the present window. `bucket` is a hash: no address stands here.
CREATE TABLE limits (
  bucket TEXT PRIMARY KEY,
  ends_at INTEGER NOT NULL,
  count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX limits_by_end ON limits (ends_at);

CREATE TRIGGER channels_stay BEFORE DELETE ON channels
BEGIN
  SELECT RAISE(ABORT, 'channels are never removed');
END;

CREATE TRIGGER channels_are_fixed BEFORE UPDATE ON channels
BEGIN
  SELECT RAISE(ABORT, 'channels are never changed');
END;

CREATE TRIGGER claim_codes_are_used_once BEFORE UPDATE ON claim_codes
WHEN OLD.channel IS NOT NULL OR NEW.hash <> OLD.hash
BEGIN
  SELECT RAISE(ABORT, 'a claim code is used once');
END;
