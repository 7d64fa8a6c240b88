-- The witness's countersignatures of this desk's signed heads (SECURITY §3): one a head, in order of size.

CREATE TABLE audit_witness (
  size INTEGER PRIMARY KEY REFERENCES audit_checkpoint (size),
  line TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER audit_witness_appends BEFORE INSERT ON audit_witness
WHEN NEW.size <= (SELECT max(size) FROM audit_witness)
BEGIN
  SELECT RAISE(ABORT, 'audit: countersignatures are only appended');
END;

CREATE TRIGGER audit_witness_stays BEFORE DELETE ON audit_witness
BEGIN
  SELECT RAISE(ABORT, 'audit: countersignatures are never removed');
END;

CREATE TRIGGER audit_witness_is_fixed BEFORE UPDATE ON audit_witness
BEGIN
  SELECT RAISE(ABORT, 'audit: countersignatures are never changed');
END;
