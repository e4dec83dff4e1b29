import type { Command } from "commander";
import type { Shell } from "../shell.ts";

export function addPause(program: Command, shell: Shell): void {
  program
    .command("pause")
    .description("No automatic move from now on, of one application or of all.")
    .argument("[application]")
    .option("--reason <text>", "for whoever wonders later", "not said")
    .addHelpText("after", '\nExamples:\n  $ greenlight pause shop --reason "network works"')
    .action(
      async (application: string | undefined, options: { reason: string }, command: Command) => {
        await shell.client().post("/v1/pause", { ...options, ...(application && { application }) });
        await said(shell, command, { application, now: "paused" });
      },
    );
  program
    .command("unpause")
    .description("Allow automatic moves again.")
    .argument("[application]")
    .action(async (application: string | undefined, _options: object, command: Command) => {
      await shell.client().post("/v1/unpause", application ? { application } : {});
      await said(shell, command, { application, now: "not paused" });
    });
}

async function said(
  shell: Shell,
  command: Command,
  { application, now }: { readonly application: string | undefined; readonly now: string },
): Promise<void> {
  const value = { application: application ?? null, now };
  await shell.print(command, value, () => `${application ?? "every application"} is ${now}.\n`);
}
