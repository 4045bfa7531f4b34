-- Proofs of content, as told by events. No keys of rows: those stay on the recovery side.
create table content_proof (
  id          text primary key,
  source      text not null references source,
  -- a proof that looks closer at another one's difference
  narrows     text,
  outcome     text not null,
  -- the proof as it is shown
  body        text not null,
  read_at     timestamptz not null,
  finished_at timestamptz not null
);
create index content_proof_by_age on content_proof (source, read_at desc, id desc);
