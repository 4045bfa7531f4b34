-- Legal holds: what was asked for, what workers answered, and what the vault records.
create table legal_hold (
  id             text primary key,
  source         text not null,
  name           text not null,
  reason         text not null,
  target         text not null,
  status         text not null,
  pending        text,
  requested_by   text not null,
  requested_at   timestamptz not null,
  timeline       integer,
  lsn            text,
  placed_at      timestamptz,
  released_by    text,
  released_at    timestamptz,
  release_reason text,
  answer         text,
  answer_type    text,
  answered_at    timestamptz,
  error          text
);
create index legal_hold_by_time on legal_hold (requested_at desc, id desc);
create index legal_hold_by_source on legal_hold (source, name);
