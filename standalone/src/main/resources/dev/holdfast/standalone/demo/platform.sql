-- A voice platform's database; every statement is separated by an empty line.
CREATE TYPE call_outcome AS ENUM ('answered', 'voicemail', 'no_answer', 'failed')

CREATE TABLE campaigns (
  id bigint PRIMARY KEY, name text NOT NULL, tags text[] NOT NULL, budget numeric(14, 4) NOT NULL,
  calls_made bigint NOT NULL DEFAULT 0, settings jsonb NOT NULL, created_at timestamptz NOT NULL)

CREATE TABLE flows (
  id bigint PRIMARY KEY, campaign bigint NOT NULL REFERENCES campaigns, version int NOT NULL, definition jsonb NOT NULL,
  updated_at timestamptz NOT NULL)

CREATE TABLE calls (
  id bigint NOT NULL, started_at timestamptz NOT NULL, campaign bigint NOT NULL, caller text NOT NULL,
  outcome call_outcome NOT NULL, seconds int NOT NULL, cost numeric(12, 6) NOT NULL,
  PRIMARY KEY (id, started_at)) PARTITION BY RANGE (started_at)

CREATE TABLE calls_2026_q3 PARTITION OF calls FOR VALUES FROM ('2026-07-01') TO ('2026-10-01')

CREATE TABLE calls_2026_q4 PARTITION OF calls FOR VALUES FROM ('2026-10-01') TO ('2027-01-01')

CREATE TABLE calls_later PARTITION OF calls DEFAULT

CREATE TABLE transcripts (
  id bigint PRIMARY KEY, call bigint NOT NULL, language text NOT NULL, body text NOT NULL, words jsonb NOT NULL,
  audio_digest bytea NOT NULL)

CREATE TABLE knowledge_base (
  id bigint PRIMARY KEY, title text NOT NULL, body text NOT NULL, labels text[] NOT NULL, embedding bytea NOT NULL,
  updated_at timestamptz NOT NULL)

CREATE TABLE user_roles (
  user_name text NOT NULL, role text NOT NULL, granted_at timestamptz NOT NULL, PRIMARY KEY (user_name, role))

-- What the workload did, written by each of its transactions. The row's own id is the key, so that a transaction that
-- was applied twice would show as two rows.
CREATE TABLE workload (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tx bigint NOT NULL, worker int NOT NULL, at timestamptz NOT NULL)

INSERT INTO campaigns
SELECT n, 'Campaign ' || n, ARRAY['tier-' || n % 3, 'région "' || n % 7 || '"'], (n * 1234.5678)::numeric(14, 4), 0,
       jsonb_build_object('voice', 'v' || n % 12, 'retries', n % 5, 'hours', jsonb_build_array(8, 20)),
       timestamptz '2026-07-01 08:00+00' + n * interval '1 minute'
FROM generate_series(1, 2000) n

INSERT INTO flows
SELECT n, 1 + n % 2000, 1 + n % 9,
       jsonb_build_object('start', 'greet', 'nodes', (SELECT jsonb_agg(jsonb_build_object('id', k, 'say', md5((n + k)::text))) FROM generate_series(1, 6) k)),
       timestamptz '2026-08-01 00:00+00' + n * interval '1 second'
FROM generate_series(1, 6000) n

INSERT INTO calls
SELECT n, timestamptz '2026-07-05 00:00+00' + n * interval '12 seconds', 1 + n % 2000,
       '+49' || lpad((n::bigint * 7919 % 1000000000)::text, 9, '0'),
       (enum_range(NULL::call_outcome))[1 + n % 4], n * 31 % 900, (n % 1000) * 0.000731
FROM generate_series(1, 960000) n

INSERT INTO transcripts
SELECT n, n * 12, (ARRAY['en', 'de', 'fr'])[1 + n % 3],
       (SELECT string_agg(md5((n * 40 + k)::text), ' ') FROM generate_series(1, 12 + n % 90) k),
       jsonb_build_object('confidence', (n % 100) / 100.0, 'speaker', n % 2),
       decode(md5(n::text), 'hex')
FROM generate_series(1, 40000) n

INSERT INTO knowledge_base
SELECT n, 'Article ' || n, repeat('Frage und Antwort ' || n || E'\n', 40), ARRAY['k' || n % 11, NULL],
       decode(repeat(md5(n::text), 8), 'hex'), timestamptz '2026-09-01 00:00+00' + n * interval '1 hour'
FROM generate_series(1, 2000) n

INSERT INTO user_roles
SELECT 'user' || n, (ARRAY['admin', 'agent', 'viewer'])[1 + n % 3], timestamptz '2026-07-01 00:00+00' + n * interval '5 minutes'
FROM generate_series(1, 3000) n

ANALYZE
