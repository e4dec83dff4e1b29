import type { JournalEvent } from "../../domain/event.ts";
import type { OperationHead } from "../../engine/ports/journal.ts";
import type { Row } from "../storage/message.ts";

export function eventOf(row: Row): JournalEvent {
  return JSON.parse(bodyOf(row));
}

export function positionOf(row: Row): number {
  return Number(row["position"]);
}

export function bodyOf(row: Row): string {
  return String(row["body"]);
}

export function headOf(row: Row): OperationHead {
  const { id, application, kind, epoch, opened_at, ended_at, outcome } = row;
  return {
    id: String(id),
    application: String(application),
    kind: String(kind),
    epoch: Number(epoch),
    openedAt: Number(opened_at),
    ...(ended_at !== null && { ended: { at: Number(ended_at), outcome: String(outcome) } }),
  };
}
