/** What is kept of an operation that is over, so that lists and readers need not fold its journal. */
export interface Reports {
  /** Keeps it for good: a second one of the same operation changes nothing. */
  put(report: StoredReport): Promise<void>;
  /** Undefined: none is kept (yet). */
  get(operation: string): Promise<StoredReport | undefined>;
  /** Those that were opened last first. */
  list(options: {
    readonly application?: string;
    readonly kind?: string;
    readonly limit: number;
  }): Promise<readonly ReportHead[]>;
  /** Which of these operations no report is kept of, in the order given. */
  lacking(operations: readonly string[]): Promise<readonly string[]>;
}

/** One line of a list of reports. Instants are wall clock, in ms since 1970. */
export interface ReportHead {
  readonly operation: string;
  readonly application: string;
  readonly kind: string;
  readonly openedAt: number;
  readonly endedAt: number;
  readonly outcome: string;
  readonly result: string;
  readonly recoveryTimeMs: number | null;
  readonly dataLossMs: number | null;
  /** Hex, of the body's UTF-8 bytes. */
  readonly sha256: string;
}

export interface StoredReport extends ReportHead {
  /** The report in its canonical spelling, byte for byte as it was written. */
  readonly body: string;
}
