import type { Command } from "commander";
import type { Shell } from "../shell.ts";

export function addAcknowledge(program: Command, shell: Shell): void {
  program
    .command("acknowledge")
    .description("Say that its last move was seen: the cooldown after it is over.")
    .argument("<application>")
    .addHelpText("after", "\nExamples:\n  $ greenlight acknowledge shop")
    .action(async (application: string, _options: object, command: Command) => {
      const path = `/v1/applications/${encodeURIComponent(application)}/acknowledge`;
      await shell.client().post(path);
      await shell.print(command, { application, now: "acknowledged" }, () => {
        return `The last move of ${application} is acknowledged: it may move by itself again.\n`;
      });
    });
}
