-- What was stored in the last hour is asked for again with every new segment.
create index segment_sealed on segment (source, sealed_at);
