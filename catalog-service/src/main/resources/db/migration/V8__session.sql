-- Who has signed in on the pages. Only a hash of the token is kept; the credential changes with the
-- account's password, so that sessions from before do not outlive it.
create table session (
  token_hash text primary key,
  account    text not null,
  credential text not null,
  began_at   timestamptz not null,
  ends_at    timestamptz not null
);
create index session_by_end on session (ends_at);
