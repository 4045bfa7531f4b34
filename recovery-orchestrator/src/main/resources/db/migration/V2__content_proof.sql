-- Proofs of content. What was asked and what came of it are JSON; the report names keys of rows, so
-- it stays here and never travels.
CREATE TABLE content_proof (
  id          text PRIMARY KEY,
  source      text NOT NULL,
  narrows     text,
  state       text NOT NULL,
  attempts    integer NOT NULL,
  outcome     text,
  asked       text NOT NULL,
  report      text,
  correlation text NOT NULL,
  trace       text NOT NULL,
  read_at     timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE INDEX content_proof_by_age ON content_proof (read_at DESC, id DESC);
CREATE INDEX content_proof_pending ON content_proof (read_at) WHERE state = 'pending';
