-- Who asked for what, before it is done and when it is known what came of it. Nothing in it is ever
-- changed or removed by this service.
create table audit (
  id      bigint generated always as identity primary key,
  request uuid not null,
  at      timestamptz not null,
  account text not null,
  address text not null,
  action  text not null,
  subject text not null,
  outcome text not null,
  detail  text not null
);
create index audit_by_request on audit (request);

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only';
end
$$;
create trigger append_only before update or delete or truncate on audit
  for each statement execute function audit_is_append_only();

-- A line for each request: what came of it, or that nothing is known of that.
create view audit_entry as
  select a.* from audit a
  where a.outcome <> 'asked'
     or not exists (select from audit o where o.request = a.request and o.outcome <> 'asked');
