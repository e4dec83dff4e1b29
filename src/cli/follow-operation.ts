import { isRetryable, reasonOf } from "../domain/errors.ts";
import type { JournalEvent } from "../domain/event.ts";
import {
  type OperationDetail,
  type OperationState,
  operationDetailOf,
} from "../runtime/operation-detail.ts";
import type { Shell } from "./shell.ts";

/**
 * One operation after each thing that happens in it, until it has ended or is held; the last is how
 * it stands then. By the API's stream, and by asking where that can't be had. A Greenlight that is
 * being restarted meanwhile is waited for.
 */
export async function* followOperation(shell: Shell, id: string): AsyncGenerator<OperationDetail> {
  for (;;) {
    let detail = await ask(shell, id);
    yield detail;
    if (isAtRest(detail)) return;
    for await (const event of newsOf(shell, detail)) {
      const last = detail.events.at(-1)?.seq ?? 0;
      if (event.seq <= last) continue;
      if (event.seq > last + 1) break;
      detail = operationDetailOf(id, [...detail.events, event]);
      yield detail;
      if (isAtRest(detail)) return;
    }
    await shell.terminal.clock.sleep(POLL_MS, new AbortController().signal);
  }
}

/** Its outcome, as an exit status; 5: a human has to go on. */
export function statusOf({ state }: OperationDetail): number {
  return state === "running" || state === "awaiting-approval" ? 0 : EXIT[state];
}

type Going = "running" | "awaiting-approval";

const EXIT: Readonly<Record<Exclude<OperationState, Going>, number>> = {
  succeeded: 0,
  restored: 0,
  undone: 3,
  aborted: 3,
  preempted: 3,
  held: 5,
  refused: 4,
  expired: 4,
  withdrawn: 4,
};

function isAtRest({ state }: OperationDetail): boolean {
  return state !== "running" && state !== "awaiting-approval";
}

/** What comes of one that runs; ends where the stream does. Of one that is not opened there is none. */
async function* newsOf(shell: Shell, { id, state }: OperationDetail): AsyncGenerator<JournalEvent> {
  if (state !== "running") return;
  try {
    for await (const data of shell.client().events(`${pathOf(id)}/events`)) yield JSON.parse(data);
  } catch (error) {
    if (!isRetryable(error)) throw error;
  }
}

const POLL_MS = 300;
const PATIENCE_MS = 60_000;

async function ask(shell: Shell, id: string): Promise<OperationDetail> {
  const { terminal } = shell;
  const { clock } = terminal;
  const client = shell.client();
  const giveUpAt = clock.monotonicMs() + PATIENCE_MS;
  for (let tries = 0; ; tries += 1) {
    try {
      return await client.get<OperationDetail>(pathOf(id));
    } catch (error) {
      if (!isRetryable(error) || clock.monotonicMs() > giveUpAt) throw error;
      if (tries === 0) terminal.err(`waiting: ${reasonOf(error)}\n`);
      await clock.sleep(POLL_MS, new AbortController().signal);
    }
  }
}

function pathOf(id: string): string {
  return `/v1/operations/${encodeURIComponent(id)}`;
}
