import type { ReportHead, Reports, StoredReport } from "../../engine/ports/reports.ts";
import type { Row } from "../storage/message.ts";
import { ensureSchema, type Schema } from "../storage/schema.ts";
import type { Sql } from "../storage/sql.ts";

/** Reports in PostgreSQL, beside the journal that they are made from. */
export class SqlReports implements Reports {
  readonly #sql: Sql;

  private constructor(sql: Sql) {
    this.#sql = sql;
  }

  static async open(sql: Sql): Promise<SqlReports> {
    await ensureSchema(sql, SCHEMA);
    return new SqlReports(sql);
  }

  async put(report: StoredReport): Promise<void> {
    const { operation, application, kind, openedAt, endedAt, outcome, result } = report;
    const { recoveryTimeMs, dataLossMs, sha256, body } = report;
    const head = [operation, application, kind, openedAt, endedAt, outcome, result];
    await this.#sql.query(PUT, [...head, recoveryTimeMs, dataLossMs, sha256, body]);
  }

  async get(operation: string): Promise<StoredReport | undefined> {
    const text = "SELECT * FROM greenlight.report WHERE operation = $1";
    const { rows } = await this.#sql.query(text, [operation]);
    return rows[0] && { ...headOf(rows[0]), body: String(rows[0]["body"]) };
  }

  async list({ application, kind, limit }: Parameters<Reports["list"]>[0]) {
    const { rows } = await this.#sql.query(LIST, [limit, application ?? null, kind ?? null]);
    return rows.map(headOf);
  }

  async lacking(operations: readonly string[]): Promise<readonly string[]> {
    const { rows } = await this.#sql.query(LACKING, [JSON.stringify(operations)]);
    return rows.map((row) => String(row["id"]));
  }
}

function headOf(row: Row): ReportHead {
  return {
    operation: String(row["operation"]),
    application: String(row["application"]),
    kind: String(row["kind"]),
    openedAt: Number(row["opened_at"]),
    endedAt: Number(row["ended_at"]),
    outcome: String(row["outcome"]),
    result: String(row["result"]),
    recoveryTimeMs: numberOrNull(row["recovery_time_ms"]),
    dataLossMs: numberOrNull(row["data_loss_ms"]),
    sha256: String(row["sha256"]),
  };
}

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

const COLUMNS = `operation, application, kind, opened_at, ended_at, outcome, result,
  recovery_time_ms, data_loss_ms, sha256`;

const SCHEMA: Schema = {
  script: `
CREATE SCHEMA IF NOT EXISTS greenlight;

CREATE TABLE IF NOT EXISTS greenlight.report (
  operation text PRIMARY KEY,
  application text NOT NULL,
  kind text NOT NULL,
  opened_at bigint NOT NULL,
  ended_at bigint NOT NULL,
  outcome text NOT NULL,
  result text NOT NULL,
  recovery_time_ms double precision,
  data_loss_ms double precision,
  sha256 text NOT NULL,
  body text NOT NULL
);
CREATE INDEX IF NOT EXISTS report_opened ON greenlight.report (opened_at DESC, operation);
`,
  last: "INDEX greenlight.report_opened",
  ask: "SELECT obj_description(to_regclass('greenlight.report_opened'), 'pg_class') AS comment",
};

const PUT = `INSERT INTO greenlight.report (${COLUMNS}, body)
  VALUES ($1, $2, $3, $4::bigint, $5::bigint, $6, $7, $8::float8, $9::float8, $10, $11)
  ON CONFLICT DO NOTHING`;

const LIST = `SELECT ${COLUMNS} FROM greenlight.report
  WHERE ($2::text IS NULL OR application = $2) AND ($3::text IS NULL OR kind = $3)
  ORDER BY opened_at DESC, operation LIMIT $1`;

/** As one JSON text: any number of them is one value. */
const LACKING = `SELECT asked.id FROM json_array_elements_text($1::json) WITH ORDINALITY AS asked (id, place)
  LEFT JOIN greenlight.report ON operation = asked.id
  WHERE operation IS NULL ORDER BY asked.place`;
