import type { Command } from "commander";
import { createChance } from "../../adapters/chance/system-chance.ts";
import type { Accepted } from "../../runtime/control/opening.ts";
import { sayAccepted } from "../open-operation.ts";
import type { Shell } from "../shell.ts";

/** What a second person says to what was asked for, and one command that takes a move back. */
export function addApproval(operation: Command, shell: Shell): void {
  operation
    .command("approve")
    .description("Agree to what somebody else asked for; it is opened once enough people do.")
    .argument("<operation>")
    .option("--wait", "wait for its end; the exit status is then its outcome's")
    .action(async (id: string, options: { wait?: boolean }, command: Command) => {
      const path = `/v1/operations/${encodeURIComponent(id)}/approve`;
      const answer = await shell.client().post<Accepted>(path);
      await sayAccepted(shell, command, { answer, ...options });
    });
  operation
    .command("rollback")
    .description("Take a planned move back, within its commit window; nobody need approve it.")
    .argument("<operation>")
    .option("--wait", "wait for its end; the exit status is then its outcome's")
    .option("--reason <text>", "for the journal and the report")
    .action(async (id: string, options: { wait?: boolean; reason?: string }, command: Command) => {
      const { wait, reason } = options;
      const answer = await shell
        .client()
        .post<Accepted>(
          `/v1/operations/${encodeURIComponent(id)}/rollback`,
          reason === undefined ? {} : { reason },
          { "idempotency-key": createChance(shell.terminal.clock).id() },
        );
      await sayAccepted(shell, command, { answer, ...(wait && { wait }) });
    });
}
