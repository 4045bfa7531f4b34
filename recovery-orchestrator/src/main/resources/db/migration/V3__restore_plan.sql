-- Plans of restores that were asked for and are not answered.
CREATE TABLE restore_plan (
  id          text PRIMARY KEY,
  attempts    integer NOT NULL,
  asked       text NOT NULL,
  correlation text NOT NULL,
  trace       text NOT NULL,
  asked_at    timestamptz NOT NULL
);
