create table restore_point (
  source       text not null references source,
  manifest     bigint not null,
  epoch        integer not null,
  name         text not null,
  system_id    text not null,
  timeline     integer not null,
  lsn          text not null,
  requested_by text not null,
  made_at      timestamptz not null,
  primary key (source, manifest)
);
