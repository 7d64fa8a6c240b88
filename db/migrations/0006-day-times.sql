CREATE TABLE day_times (
  id blob PRIMARY KEY NOT NULL,
  school blob NOT NULL,
  from_day text NOT NULL,
  times text NOT NULL,
  made_by blob NOT NULL,
  made_at_ms integer NOT NULL,
  status text NOT NULL,
  versions text NOT NULL,
  FOREIGN KEY (school) REFERENCES "school"(id)
);
