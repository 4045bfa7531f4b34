-- Dry runs that were asked for, and the orchestrator's answers as they came; kept for a day.
create table restore_plan (
  id           text primary key,
  source       text not null,
  requested_by text not null,
  requested_at timestamptz not null,
  answer       text
);
create index restore_plan_by_age on restore_plan (requested_at);
