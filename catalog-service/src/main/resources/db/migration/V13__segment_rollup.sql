-- Segments by five minutes, so that sums over a year are not taken row by row.
create table segment_rollup (
  source       text not null references source,
  -- begin of the five minutes in which they were sealed
  at           timestamptz not null,
  segments     bigint not null,
  bytes        bigint not null,
  transactions bigint not null,
  changes      bigint not null,
  primary key (source, at)
);

insert into segment_rollup
  select source, to_timestamp(floor(extract(epoch from sealed_at) / 300) * 300), count(*), sum(bytes),
    sum(transactions), sum(changes)
  from segment group by 1, 2;
