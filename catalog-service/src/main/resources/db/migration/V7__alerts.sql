-- What people were told, by the id of the event that told it.
create table alert (
  id        text primary key,
  alert     text not null,
  severity  text not null,
  subject   text not null,
  title     text not null,
  action    text not null,
  raised_at timestamptz not null
);
create index alert_by_age on alert (raised_at desc, id desc);

-- Outages that triggers have fired for; what only the firing tells is null until it was told.
create table incident (
  id            text primary key,
  trigger_id    text not null,
  source        text not null,
  severity      text,
  scenario      text,
  automated     boolean,
  components    text,
  evidence      text,
  failing_since timestamptz,
  triggered_at  timestamptz,
  cleared_at    timestamptz
);
create index incident_by_age on incident (triggered_at desc, id desc);
