import type { Row, SqlFailure } from "./message.ts";

/** A PostgreSQL, embedded or a server: plain statements, for tables of our own schema `greenlight`. */
export interface Sql {
  /**
   * One statement with its values, or without them a script of several. Durable when it settles.
   * Rejects with a SqlError when PostgreSQL refuses it, GL_STORAGE_AWAY when there is no answer in
   * time: then it may have been done all the same.
   */
  query(text: string, values?: readonly unknown[]): Promise<SqlResult>;
  /** All or nothing. What the task queries through any Sql of this storage belongs to it. */
  transaction<T>(task: (sql: Sql) => Promise<T>): Promise<T>;
}

export interface SqlResult {
  readonly rows: readonly Row[];
  readonly rowCount: number;
}

/** A statement that PostgreSQL refused. `code` is its SQLSTATE. */
export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly constraint: string | undefined;

  constructor({ message, code, detail, constraint }: SqlFailure) {
    super(message);
    this.code = code;
    this.detail = detail;
    this.constraint = constraint;
  }
}
