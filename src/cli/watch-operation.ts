import type { Command } from "commander";
import { isRetryable, reasonOf } from "../domain/errors.ts";
import type { OperationDetail, OperationState } from "../runtime/operation-detail.ts";
import { renderProgress } from "./render/operation-text.ts";
import type { Shell } from "./shell.ts";

/**
 * Tells what happens in an operation until it has ended or is held, and sets the exit status by
 * that. A Greenlight that is being restarted meanwhile is waited for.
 */
export async function watchOperation(shell: Shell, command: Command, id: string): Promise<void> {
  const { terminal } = shell;
  const isJson = command.optsWithGlobals<{ output?: string }>().output === "json";
  let told = 0;
  for (;;) {
    const detail = await ask(shell, id);
    const fresh = detail.events.filter(({ seq }) => seq > told);
    told = detail.events.at(-1)?.seq ?? told;
    for (const event of fresh)
      await terminal.out(
        isJson ? `${JSON.stringify(event)}\n` : renderProgress(event, detail.openedAt),
      );
    if (detail.state !== "running" && detail.state !== "awaiting-approval") {
      shell.status = EXIT[detail.state];
      if (detail.state === "held") terminal.err(goOn(id));
      if (detail.events.length === 0) terminal.err(`it is ${detail.state}: ${detail.because}\n`);
      return;
    }
    await terminal.clock.sleep(POLL_MS, new AbortController().signal);
  }
}

/** Its outcome, as an exit status; 5: a human has to go on. */
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

type Going = "running" | "awaiting-approval";

const POLL_MS = 300;
const PATIENCE_MS = 60_000;

async function ask(shell: Shell, id: string): Promise<OperationDetail> {
  const { terminal } = shell;
  const { clock } = terminal;
  const client = shell.client();
  const giveUpAt = clock.monotonicMs() + PATIENCE_MS;
  for (let tries = 0; ; tries += 1) {
    try {
      return await client.get<OperationDetail>(`/v1/operations/${encodeURIComponent(id)}`);
    } catch (error) {
      if (!isRetryable(error) || clock.monotonicMs() > giveUpAt) throw error;
      if (tries === 0) terminal.err(`waiting: ${reasonOf(error)}\n`);
      await clock.sleep(POLL_MS, new AbortController().signal);
    }
  }
}

function goOn(id: string): string {
  return `it is held. Once what it needs is there: greenlight operation resume ${id}\n`;
}
