import type { ReportHead, Reports, StoredReport } from "../../src/engine/ports/reports.ts";

function headOf(report: StoredReport): ReportHead {
  const { body: _, ...head } = report;
  return head;
}

export class MemoryReports implements Reports {
  readonly #kept = new Map<string, StoredReport>();

  async put(report: StoredReport): Promise<void> {
    if (!this.#kept.has(report.operation)) this.#kept.set(report.operation, { ...report });
  }

  async get(operation: string): Promise<StoredReport | undefined> {
    return this.#kept.get(operation);
  }

  async list({ application, kind, limit }: Parameters<Reports["list"]>[0]) {
    return [...this.#kept.values()]
      .filter((one) => application === undefined || one.application === application)
      .filter((one) => kind === undefined || one.kind === kind)
      .toSorted((one, other) => other.openedAt - one.openedAt)
      .slice(0, limit)
      .map(headOf);
  }

  async lacking(operations: readonly string[]): Promise<readonly string[]> {
    return operations.filter((id) => !this.#kept.has(id));
  }
}
