-- The newest message of each type and key, as it came, where a later one replaces an earlier one as a whole.
create table newest_word (
  message_type text not null,
  message_key  text not null,
  body         text not null,
  at           timestamptz not null,
  primary key (message_type, message_key)
);

insert into newest_word
  select 'dev.holdfast.recovery.procedures-published.v1', 'procedures', body, at from published_procedures;
drop table published_procedures;
