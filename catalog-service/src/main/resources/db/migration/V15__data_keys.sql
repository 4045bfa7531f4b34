-- Data keys that sources were encrypted with, by what was told of them; never a key.
create table data_key (
  source   text not null,
  id       text not null,
  since    timestamptz not null,
  previous text,
  reason   text not null,
  primary key (source, id)
);
create index data_key_by_age on data_key (source, since desc, id desc);
