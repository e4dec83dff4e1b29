import type { Command } from "commander";
import { createChance } from "../adapters/chance/system-chance.ts";
import { GreenlightError } from "../domain/errors.ts";
import { renderInstant } from "../domain/instant.ts";
import type { Accepted } from "../runtime/control/opening.ts";
import { wrap } from "./render/text-block.ts";
import type { Shell } from "./shell.ts";
import { watchOperation } from "./watch-operation.ts";

export interface OpenOptions {
  readonly yes?: boolean;
  readonly wait?: boolean;
  readonly reason?: string;
}

/** Asks the person, opens the operation, and waits for its end where that is wanted. */
export async function openOperation(
  shell: Shell,
  command: Command,
  wanted: OpenOptions & { readonly application: string; readonly kind: string },
): Promise<void> {
  const { application, kind, yes, wait, reason } = wanted;
  const { terminal } = shell;
  const client = shell.client();
  const sure = yes || (await terminal.confirm(`Open a ${kind} of ${application}?`));
  if (sure === undefined)
    throw new GreenlightError("GL_USAGE", "nobody is there to be asked: add --yes");
  if (!sure) throw new GreenlightError("GL_USAGE", "not confirmed, nothing was done");
  const answer = await client.post<Accepted>(
    "/v1/operations",
    { application, kind, ...(reason !== undefined && { reason }) },
    { "idempotency-key": createChance(terminal.clock).id() },
  );
  await sayAccepted(shell, command, { answer, ...(wait && { wait }) });
}

/** Says what became of a request, or waits for the operation's end where that is wanted. */
export async function sayAccepted(
  shell: Shell,
  command: Command,
  { answer, wait }: { readonly answer: Accepted; readonly wait?: boolean },
): Promise<void> {
  const { operation, expiresAt } = answer;
  const awaits = expiresAt !== undefined;
  const asked = awaits ? `${approvalText(operation, expiresAt).join("\n")}\n` : "";
  if (wait) {
    shell.terminal.err(asked);
    return await watchOperation(shell, command, operation);
  }
  const accepted = [
    `${operation} is accepted.`,
    `  $ greenlight operation watch ${operation}`,
    `  $ greenlight report show ${operation}\n`,
  ].join("\n");
  await shell.print(command, answer, () => (awaits ? asked : accepted));
}

function approvalText(operation: string, expiresAt: number): readonly string[] {
  return [
    `${operation} is asked for, and not begun:`,
    ...wrap("  ", `somebody else must approve it until ${renderInstant(expiresAt)}`),
    `  $ greenlight operation show ${operation}`,
    `  $ greenlight operation approve ${operation}`,
  ];
}
