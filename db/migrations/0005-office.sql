-- The office's day: planned absences, contacts made, arrivals and departures, groups, merged people, saved lists and mappings.

ALTER TABLE account ADD COLUMN language text;

CREATE TABLE planned_absence (
  id blob PRIMARY KEY NOT NULL,
  school blob NOT NULL,
  student blob NOT NULL,
  from_day text NOT NULL,
  to_day text NOT NULL,
  sessions text NOT NULL,
  code text NOT NULL,
  occasion text NOT NULL,
  occasion_id blob,
  note blob,
  made_by blob NOT NULL,
  made_at_ms integer NOT NULL,
  status text NOT NULL,
  versions text NOT NULL,
  FOREIGN KEY (school) REFERENCES "school"(id),
  FOREIGN KEY (student) REFERENCES student(id)
);

CREATE INDEX planned_absence_student ON planned_absence (student);
CREATE INDEX planned_absence_days ON planned_absence (to_day, from_day);

CREATE TABLE contact (
  id blob PRIMARY KEY NOT NULL,
  student blob NOT NULL,
  day text NOT NULL,
  at_ms integer NOT NULL,
  channel text NOT NULL,
  guardian blob,
  spoke_with blob,
  outcome text NOT NULL,
  note blob,
  next_step text NOT NULL,
  due_at_ms integer,
  settles blob,
  author blob NOT NULL,
  hlc integer NOT NULL,
  desk integer NOT NULL,
  seq integer NOT NULL
) WITHOUT ROWID;

CREATE INDEX contact_student ON contact (student, at_ms);
CREATE INDEX contact_day ON contact (day);
CREATE INDEX contact_due ON contact (due_at_ms) WHERE due_at_ms IS NOT NULL;
CREATE INDEX contact_settles ON contact (settles) WHERE settles IS NOT NULL;

CREATE TABLE movement (
  id blob PRIMARY KEY NOT NULL,
  student blob NOT NULL,
  day text NOT NULL,
  kind text NOT NULL,
  minute integer,
  reason text NOT NULL,
  code text,
  expected_minute integer,
  collected_by blob,
  note blob,
  refers_to blob,
  author blob NOT NULL,
  at_ms integer NOT NULL,
  hlc integer NOT NULL,
  desk integer NOT NULL,
  seq integer NOT NULL
) WITHOUT ROWID;

CREATE INDEX movement_day ON movement (day, student);
CREATE INDEX movement_student ON movement (student, day);

CREATE TABLE person_merge (
  id blob PRIMARY KEY NOT NULL,
  school blob NOT NULL,
  kept blob NOT NULL,
  merged blob NOT NULL,
  made_by blob NOT NULL,
  made_at_ms integer NOT NULL,
  status text NOT NULL,
  versions text NOT NULL,
  FOREIGN KEY (school) REFERENCES "school"(id),
  FOREIGN KEY (kept) REFERENCES student(id),
  FOREIGN KEY (merged) REFERENCES student(id)
);

CREATE INDEX person_merge_kept ON person_merge (kept);
CREATE INDEX person_merge_merged ON person_merge (merged);

CREATE TABLE student_group (
  id blob PRIMARY KEY NOT NULL,
  school blob NOT NULL,
  source_id text,
  kind text NOT NULL,
  title text NOT NULL,
  weekdays text NOT NULL,
  from_minute integer,
  until_minute integer,
  status text NOT NULL,
  versions text NOT NULL,
  FOREIGN KEY (school) REFERENCES "school"(id)
);

CREATE TABLE group_member (
  id blob PRIMARY KEY NOT NULL,
  student_group blob NOT NULL,
  student blob NOT NULL,
  stop text NOT NULL,
  begin_day text NOT NULL,
  end_day text NOT NULL,
  status text NOT NULL,
  versions text NOT NULL,
  FOREIGN KEY (student_group) REFERENCES student_group(id),
  FOREIGN KEY (student) REFERENCES student(id)
);

CREATE INDEX group_member_group ON group_member (student_group);
CREATE INDEX group_member_student ON group_member (student);

CREATE TABLE saved_list (
  id blob PRIMARY KEY NOT NULL,
  school blob NOT NULL,
  owner blob NOT NULL,
  title text NOT NULL,
  filter text NOT NULL,
  status text NOT NULL,
  versions text NOT NULL,
  FOREIGN KEY (school) REFERENCES "school"(id)
);

CREATE TABLE import_mapping (
  id blob PRIMARY KEY NOT NULL,
  school blob NOT NULL,
  kind text NOT NULL,
  title text NOT NULL,
  headers text NOT NULL,
  mapping text NOT NULL,
  status text NOT NULL,
  versions text NOT NULL,
  FOREIGN KEY (school) REFERENCES "school"(id)
);
