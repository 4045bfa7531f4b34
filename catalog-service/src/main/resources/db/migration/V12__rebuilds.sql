-- How often the chain was forgotten, to be read anew: what was kept of its links in memory is old then.
alter table source add column rebuilds integer not null default 0;
