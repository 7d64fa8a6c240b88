-- The store of one school: people, classes, attendance, accounts, changes and keys.
-- Frozen once released: a later version adds a migration, it never edits this one.

CREATE TABLE account (
  id blob PRIMARY KEY NOT NULL,
  school blob NOT NULL,
  username text NOT NULL,
  display_name text NOT NULL,
  email text NOT NULL,
  job_title text NOT NULL,
  role text NOT NULL,
  staff blob,
  state text NOT NULL,
  activation_expires_at_ms integer,
  last_sign_in_ms integer,
  density text NOT NULL,
  color_scheme text NOT NULL,
  FOREIGN KEY (school) REFERENCES "school"(id)
);

CREATE TABLE membership_entry (
  seq integer PRIMARY KEY NOT NULL,
  body text NOT NULL,
  hash text NOT NULL
);

CREATE TABLE calendar_day (
  id blob PRIMARY KEY NOT NULL,
  school blob NOT NULL,
  day text NOT NULL,
  reason text NOT NULL,
  status text NOT NULL,
  versions text NOT NULL,
  FOREIGN KEY (school) REFERENCES "school"(id)
);

CREATE TABLE "mark" (
  day text NOT NULL,
  "class" blob NOT NULL,
  session text NOT NULL,
  student blob NOT NULL,
  hlc integer NOT NULL,
  desk integer NOT NULL,
  author_column text NOT NULL,
  code text,
  minutes integer,
  note blob,
  author blob NOT NULL,
  at_ms integer NOT NULL,
  seq integer NOT NULL,
  PRIMARY KEY(day, "class", session, student, hlc, desk)
) WITHOUT ROWID;

CREATE TABLE register_taken (
  day text NOT NULL,
  "class" blob NOT NULL,
  session text NOT NULL,
  hlc integer NOT NULL,
  desk integer NOT NULL,
  taken integer NOT NULL,
  author blob NOT NULL,
  at_ms integer NOT NULL,
  seq integer NOT NULL,
  PRIMARY KEY(day, "class", session, hlc, desk)
) WITHOUT ROWID;

CREATE TABLE academic_session (
  id blob PRIMARY KEY NOT NULL,
  school blob NOT NULL,
  source_id text,
  title text NOT NULL,
  type text NOT NULL,
  start_day text NOT NULL,
  end_day text NOT NULL,
  school_year text NOT NULL,
  status text NOT NULL,
  versions text NOT NULL,
  FOREIGN KEY (school) REFERENCES "school"(id)
);

CREATE TABLE course (
  id blob PRIMARY KEY NOT NULL,
  school blob NOT NULL,
  source_id text,
  title text NOT NULL,
  course_code text NOT NULL,
  status text NOT NULL,
  versions text NOT NULL,
  FOREIGN KEY (school) REFERENCES "school"(id)
);

CREATE TABLE enrolment (
  id blob PRIMARY KEY NOT NULL,
  source_id text,
  "class" blob NOT NULL,
  person blob NOT NULL,
  role text NOT NULL,
  is_primary integer NOT NULL,
  begin_day text NOT NULL,
  end_day text NOT NULL,
  status text NOT NULL,
  versions text NOT NULL,
  FOREIGN KEY ("class") REFERENCES "class"(id)
);

CREATE INDEX enrolment_class ON enrolment ("class",role);
CREATE INDEX enrolment_person ON enrolment (person,role);
CREATE TABLE guardian (
  id blob PRIMARY KEY NOT NULL,
  school blob NOT NULL,
  source_id text,
  given_name text NOT NULL,
  family_name text NOT NULL,
  language text NOT NULL,
  status text NOT NULL,
  phone blob,
  email blob,
  versions text NOT NULL,
  FOREIGN KEY (school) REFERENCES "school"(id)
);

CREATE TABLE guardian_link (
  student blob NOT NULL,
  guardian blob NOT NULL,
  relation text NOT NULL,
  stated_by text NOT NULL,
  status text NOT NULL,
  versions text NOT NULL,
  PRIMARY KEY(student, guardian),
  FOREIGN KEY (student) REFERENCES student(id),
  FOREIGN KEY (guardian) REFERENCES guardian(id)
) WITHOUT ROWID;

CREATE INDEX guardian_link_guardian ON guardian_link (guardian);
CREATE TABLE "class" (
  id blob PRIMARY KEY NOT NULL,
  school blob NOT NULL,
  source_id text,
  title text NOT NULL,
  class_code text NOT NULL,
  class_type text NOT NULL,
  course_source_id text NOT NULL,
  grades text NOT NULL,
  periods text NOT NULL,
  terms text NOT NULL,
  status text NOT NULL,
  versions text NOT NULL,
  FOREIGN KEY (school) REFERENCES "school"(id)
);

CREATE TABLE staff (
  id blob PRIMARY KEY NOT NULL,
  school blob NOT NULL,
  source_id text,
  given_name text NOT NULL,
  family_name text NOT NULL,
  status text NOT NULL,
  versions text NOT NULL,
  FOREIGN KEY (school) REFERENCES "school"(id)
);

CREATE TABLE student (
  id blob PRIMARY KEY NOT NULL,
  school blob NOT NULL,
  source_id text,
  student_number text NOT NULL,
  given_name text NOT NULL,
  middle_name text NOT NULL,
  family_name text NOT NULL,
  preferred_given_name text NOT NULL,
  preferred_family_name text NOT NULL,
  pronouns text NOT NULL,
  sex text NOT NULL,
  grade text NOT NULL,
  status text NOT NULL,
  search_key text NOT NULL,
  sort_key text NOT NULL,
  birth_date blob,
  national_id blob,
  address blob,
  medical_alert blob,
  versions text NOT NULL,
  FOREIGN KEY (school) REFERENCES "school"(id)
);

CREATE INDEX student_sort ON student (status,sort_key);
CREATE TABLE roster_import (
  id blob PRIMARY KEY NOT NULL,
  at_ms integer NOT NULL,
  author blob NOT NULL,
  version text NOT NULL,
  mode text NOT NULL,
  counts text NOT NULL,
  seq integer NOT NULL
);

CREATE TABLE "change" (
  seq integer PRIMARY KEY NOT NULL,
  hlc integer NOT NULL,
  aggregate_type text NOT NULL,
  aggregate_id blob NOT NULL,
  body text NOT NULL
);

CREATE TABLE "desk" (
  ordinal integer PRIMARY KEY NOT NULL,
  id blob NOT NULL,
  incarnation integer NOT NULL,
  label text NOT NULL,
  is_local integer NOT NULL
);

CREATE TABLE field_key (
  id blob PRIMARY KEY NOT NULL,
  quarter text NOT NULL,
  key blob NOT NULL,
  created_at_ms integer NOT NULL
);

CREATE TABLE limit_counter (
  name text NOT NULL,
  window_start_ms integer NOT NULL,
  count integer NOT NULL,
  PRIMARY KEY(name, window_start_ms)
) WITHOUT ROWID;

CREATE TABLE local_state (
  name text PRIMARY KEY NOT NULL,
  value blob NOT NULL
);

CREATE TABLE "school" (
  id blob PRIMARY KEY NOT NULL,
  district blob NOT NULL,
  name text NOT NULL,
  time_zone text NOT NULL,
  country text NOT NULL,
  attendance text NOT NULL,
  roster_school text,
  is_sample integer NOT NULL,
  versions text NOT NULL
);

-- One store holds one school, so that every row's owner is known from the store alone (A1, S1).
CREATE TRIGGER school_is_one BEFORE INSERT ON "school"
WHEN EXISTS (SELECT 1 FROM "school" WHERE id IS NOT NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'school: a store holds one school');
END;

CREATE TABLE subject_key (
  subject blob PRIMARY KEY NOT NULL,
  key_id blob NOT NULL,
  field_key blob NOT NULL,
  wrapped blob NOT NULL,
  FOREIGN KEY (field_key) REFERENCES field_key(id)
);
