import type { Schema } from "../storage/schema.ts";

/**
 * The journal's tables; harmless where they are there. PostgreSQL >= 14.
 *
 * `event.body` is the record as one line of canonical JSON, kept as text so that it is read back
 * byte for byte. `operation` is what lists need of the operations, kept in the same statement.
 * `bookmark` is how far someone has come who follows the events, and what he knows there.
 */
export const JOURNAL_SCHEMA: Schema = {
  script: `
CREATE SCHEMA IF NOT EXISTS greenlight;

CREATE TABLE IF NOT EXISTS greenlight.event (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stream text NOT NULL,
  seq bigint NOT NULL,
  claim text,
  body text NOT NULL,
  CONSTRAINT event_seq UNIQUE (stream, seq),
  CONSTRAINT event_claim UNIQUE (stream, claim)
);

CREATE TABLE IF NOT EXISTS greenlight.operation (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  application text NOT NULL,
  kind text NOT NULL,
  epoch bigint NOT NULL,
  opened_at bigint NOT NULL,
  ended_at bigint,
  outcome text
);
CREATE INDEX IF NOT EXISTS operation_application ON greenlight.operation (application, number);
CREATE INDEX IF NOT EXISTS operation_open ON greenlight.operation (number) WHERE ended_at IS NULL;

CREATE TABLE IF NOT EXISTS greenlight.bookmark (
  name text PRIMARY KEY,
  position bigint NOT NULL,
  state text NOT NULL
);

CREATE OR REPLACE FUNCTION greenlight.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the journal is append-only';
END $$;
CREATE OR REPLACE TRIGGER event_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON greenlight.event
  FOR EACH STATEMENT EXECUTE FUNCTION greenlight.refuse_change();
`,
  last: "TRIGGER event_append_only ON greenlight.event",
  // One that was dropped or disabled is made again.
  ask: `SELECT obj_description(oid, 'pg_trigger') AS comment FROM pg_trigger
    WHERE tgrelid = to_regclass('greenlight.event') AND tgname = 'event_append_only'
    AND tgenabled = 'O'`,
};
