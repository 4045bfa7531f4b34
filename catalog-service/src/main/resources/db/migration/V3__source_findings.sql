-- What a worker's last look at its source found, as told by events.
create table source_findings (
  source      text primary key references source,
  -- list of severity, subject, message, fix; worst first
  findings    text not null,
  -- findings beyond those in the list
  omitted     integer not null,
  examined_at timestamptz not null
);
