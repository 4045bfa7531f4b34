-- The policy that was accepted last, as it was written: followed on by a start that is offered a bad one.
create table accepted_policy (
  one         boolean primary key default true check (one),
  origin      text not null,
  body        text not null,
  accepted_at timestamptz not null
);
