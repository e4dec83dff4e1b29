import type { Command } from "commander";
import { createChance } from "../adapters/chance/system-chance.ts";
import { GreenlightError } from "../domain/errors.ts";
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
  const answer = await client.post<{ readonly operation: string }>(
    "/v1/operations",
    { application, kind, ...(reason !== undefined && { reason }) },
    { "idempotency-key": createChance(terminal.clock).id() },
  );
  if (wait) return await watchOperation(shell, command, answer.operation);
  await shell.print(command, answer, () =>
    [
      `${answer.operation} is accepted.`,
      `  $ greenlight operation watch ${answer.operation}`,
      `  $ greenlight report show ${answer.operation}\n`,
    ].join("\n"),
  );
}
