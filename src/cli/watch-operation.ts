import type { Command } from "commander";
import type { OperationDetail } from "../runtime/operation-detail.ts";
import { followOperation, statusOf } from "./follow-operation.ts";
import { renderOperation, renderProgress } from "./render/operation-text.ts";
import type { Shell } from "./shell.ts";

/**
 * Tells what happens in an operation until it has ended or is held, and sets the exit status by
 * that.
 */
export async function watchOperation(shell: Shell, command: Command, id: string): Promise<void> {
  const isJson = command.optsWithGlobals<{ output?: string }>().output === "json";
  let told = 0;
  let last: OperationDetail | undefined;
  for await (const detail of followOperation(shell, id)) {
    for (const event of detail.events.filter(({ seq }) => seq > told))
      await shell.terminal.out(
        isJson ? `${JSON.stringify(event)}\n` : renderProgress(event, detail.openedAt),
      );
    told = detail.events.at(-1)?.seq ?? told;
    last = detail;
  }
  if (last) leave(shell, last);
}

/** Its steps and their states, drawn anew after each thing that happens, until it has ended or is held. */
export async function redrawOperation(shell: Shell, command: Command, id: string): Promise<void> {
  const isJson = command.optsWithGlobals<{ output?: string }>().output === "json";
  let last: OperationDetail | undefined;
  for await (const detail of followOperation(shell, id)) {
    if (!isJson) await shell.terminal.redraw(renderOperation(detail));
    last = detail;
  }
  if (last && isJson) await shell.print(command, last, () => "");
  if (last) leave(shell, last);
}

function leave(shell: Shell, detail: OperationDetail): void {
  const { id, state, because, events } = detail;
  shell.status = statusOf(detail);
  if (state === "held")
    shell.terminal.err(
      `it is held. Once what it needs is there: greenlight operation resume ${id}\n`,
    );
  if (events.length === 0) shell.terminal.err(`it is ${state}: ${because}\n`);
}
