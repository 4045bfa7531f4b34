-- Sources and what is known of them. Everything down to "replica" is read from the vault and can be
-- rebuilt from it at any time.
create table source (
  id              text primary key,
  -- number of the last manifest that is in the catalog; 0: none
  head            bigint not null default 0,
  head_at         timestamptz,
  epoch           integer,
  slot            text,
  system_id       text,
  timeline        integer,
  -- everything committed up to here is durable
  through_lsn     text,
  covered_at      timestamptz,
  last_commit_lsn text,
  last_commit_at  timestamptz,
  last_commit_xid bigint,
  -- as the snapshot worker last said
  state           text not null default 'unknown',
  state_detail    text not null default '',
  state_at        timestamptz
);

create table epoch (
  source         text not null references source,
  manifest       bigint not null,
  epoch          integer not null,
  slot           text not null,
  system_id      text not null,
  timeline       integer not null,
  start_lsn      text not null,
  server_version integer not null,
  opened_at      timestamptz not null,
  primary key (source, manifest)
);

create table base_snapshot (
  source      text not null references source,
  manifest    bigint not null,
  base        text not null,
  epoch       integer not null,
  system_id   text not null,
  timeline    integer not null,
  lsn         text not null,
  snapshot_at timestamptz not null,
  sealed_at   timestamptz not null,
  tables      integer not null,
  row_count   bigint not null,
  objects     integer not null,
  bytes       bigint not null,
  primary key (source, manifest)
);

create table segment (
  source            text not null references source,
  manifest          bigint not null,
  epoch             integer not null,
  timeline          integer not null,
  from_lsn          text not null,
  through_lsn       text not null,
  first_commit_lsn  text,
  first_commit_at   timestamptz,
  first_commit_xid  bigint,
  last_commit_lsn   text,
  last_commit_at    timestamptz,
  last_commit_xid   bigint,
  earliest_at       timestamptz,
  latest_at         timestamptz,
  covered_at        timestamptz not null,
  sealed_at         timestamptz not null,
  transactions      bigint not null,
  changes           bigint not null,
  bytes             bigint not null,
  primary key (source, manifest)
);

create table hole (
  source      text not null references source,
  manifest    bigint not null,
  epoch       integer not null,
  system_id   text not null,
  timeline    integer not null,
  after_lsn   text not null,
  reason      text not null,
  recorded_at timestamptz not null,
  primary key (source, manifest)
);

create table timeline_switch (
  source                text not null references source,
  manifest              bigint not null,
  epoch                 integer not null,
  system_id             text not null,
  from_timeline         integer not null,
  to_timeline           integer not null,
  fork_lsn              text not null,
  orphaned_transactions bigint not null,
  switched_at           timestamptz not null,
  primary key (source, manifest)
);

-- The chain with neighbouring segments folded into one entry: what recovery points are computed from.
create table chain_link (
  source  text not null references source,
  first   bigint not null,
  last    bigint not null,
  sealed_at timestamptz not null,
  segments integer not null,
  -- the chain entry as JSON, without the objects that it names
  entry   text not null,
  primary key (source, first)
);

-- What the replication service verified, per region.
create table replica (
  source           text not null references source,
  region           text not null,
  through_manifest bigint not null default 0,
  verified_at      timestamptz,
  objects          bigint not null default 0,
  bytes            bigint not null default 0,
  healed           bigint not null default 0,
  failures         bigint not null default 0,
  failed_object    text,
  failed_reason    text,
  failed_at        timestamptz,
  primary key (source, region)
);

create table backup (
  id           text primary key,
  strategy     text not null,
  started_by   text,
  requested_by text,
  -- running, completed, partial, failed
  status       text not null,
  started_at   timestamptz not null,
  finished_at  timestamptz,
  bytes        bigint not null default 0
);
create index backup_started on backup (started_at desc, id desc);

create table backup_component (
  backup      text not null references backup,
  source      text not null,
  -- pending, completed, failed
  status      text not null,
  system_id   text,
  timeline    integer,
  through_lsn text,
  covered_at  timestamptz,
  bytes       bigint not null default 0,
  error       text,
  finished_at timestamptz,
  primary key (backup, source)
);
create index backup_component_source on backup_component (source);

create table recovery_run (
  id                text primary key,
  procedure         text not null,
  source            text not null,
  incident          text,
  requested_by      text,
  -- running, completed, failed
  status            text not null,
  detail            text not null default '',
  started_at        timestamptz not null,
  finished_at       timestamptz,
  rpo_achieved      bigint,
  rto_achieved      bigint,
  lost_transactions bigint,
  promoted_host     text,
  promoted_port     integer,
  promoted_timeline integer,
  promoted_fork     text,
  promoted_at       timestamptz
);
comment on column recovery_run.rpo_achieved is 'milliseconds';
comment on column recovery_run.rto_achieved is 'milliseconds';
create index recovery_run_started on recovery_run (started_at desc, id desc);

-- No reference to the run: a step may be told of before its run.
create table recovery_step (
  run        text not null,
  step       integer not null,
  name       text not null,
  status     text not null,
  detail     text not null,
  sequence   bigint not null,
  started_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (run, step)
);
