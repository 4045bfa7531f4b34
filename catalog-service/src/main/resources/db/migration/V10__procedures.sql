-- What the orchestrator told of its procedures and objectives: the newest word, as it was told.
create table published_procedures (
  one  boolean primary key default true check (one),
  body text not null,
  at   timestamptz not null
);

-- What runs of a procedure took is asked for with every look at it.
create index recovery_run_by_procedure on recovery_run (procedure, finished_at desc);
