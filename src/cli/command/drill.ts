import { type Command, InvalidArgumentError } from "commander";
import { createChance } from "../../adapters/chance/system-chance.ts";
import type { DrillStatus } from "../../runtime/control/drill.ts";
import type { Accepted } from "../../runtime/control/opening.ts";
import { sayAccepted } from "../open-operation.ts";
import { renderDrills, renderNext } from "../render/drill-text.ts";
import type { Shell } from "../shell.ts";

export function addDrill(program: Command, shell: Shell): void {
  const drill = program
    .command("drill")
    .description("Rehearsals by the calendar: list, next, run.")
    .addHelpText(
      "after",
      "\nExamples:\n  $ greenlight drill list\n  $ greenlight drill next --count 5\n" +
        "  $ greenlight drill run weekly --wait",
    );
  drill
    .command("list")
    .description("Each with its next time and what came of its last one.")
    .action(async (_options: object, command: Command) => {
      const drills = await ask(shell, 1);
      await shell.print(command, { drills }, () => renderDrills(drills));
    });
  drill
    .command("next")
    .description("What is due next, soonest first, and what is known to forbid it.")
    .option("--count <count>", "so many", countOf, 10)
    .action(async ({ count }: { count: number }, command: Command) => {
      const drills = await ask(shell, count);
      await shell.print(command, { drills }, () => renderNext(drills, count));
    });
  addRun(drill, shell);
}

function addRun(drill: Command, shell: Shell): void {
  drill
    .command("run")
    .description("Run one now, whatever its calendar says. It leaves everything as it was.")
    .argument("<name>")
    .option("--wait", "wait for its end; the exit status is then its outcome's")
    .option("--reason <text>", "for the journal and the report")
    .action(async (name: string, { wait, reason }: RunOptions, command: Command) => {
      const answer = await shell
        .client()
        .post<Accepted>(
          `/v1/drills/${encodeURIComponent(name)}/runs`,
          { ...(reason !== undefined && { reason }) },
          { "idempotency-key": createChance(shell.terminal.clock).id() },
        );
      await sayAccepted(shell, command, { answer, ...(wait && { wait }) });
    });
}

interface RunOptions {
  readonly wait?: boolean;
  readonly reason?: string;
}

async function ask(shell: Shell, next: number): Promise<readonly DrillStatus[]> {
  const path = `/v1/drills?next=${next}`;
  return (await shell.client().get<{ drills: readonly DrillStatus[] }>(path)).drills;
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 100) return count;
  throw new InvalidArgumentError("It must be a whole number from 1 to 100.");
}
