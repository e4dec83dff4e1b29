/** One statement; without `values` a script of several, whose last result counts. */
export interface Statement {
  readonly id: number;
  readonly text: string;
  readonly values: readonly unknown[] | undefined;
  /** On disk before it is answered. Else it may be lost with the process, but never half of it. */
  readonly durable: boolean;
}

export type Request =
  /** First of all: the PostgreSQL data directory, initialised where it is empty. */
  { readonly open: string } | { readonly run: Statement } | { readonly close: true };

export type Reply =
  | { readonly opened: true }
  | { readonly done: number; readonly rows: readonly Row[]; readonly rowCount: number }
  | { readonly failed: number; readonly failure: SqlFailure }
  | { readonly channel: string; readonly payload: string };

/** int8 as text, json parsed: as from node-postgres. */
export type Row = Readonly<Record<string, unknown>>;

/** PostgreSQL's own words. */
export interface SqlFailure {
  readonly message: string;
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly constraint: string | undefined;
}
