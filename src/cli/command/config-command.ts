import { Argument, type Command } from "commander";
import type { Shell } from "../shell.ts";

export function addConfig(program: Command, shell: Shell): void {
  const config = program.command("config").description("The configuration, greenlight.yaml.");
  config
    .command("check")
    .description("Name every problem at once, with its line and column; exit status 78.")
    .argument("<file>")
    .addHelpText("after", "\nExamples:\n  $ greenlight config check greenlight.yaml")
    .action(async (file: string, _options: object, command: Command) => {
      // Loaded here: no other command reads a configuration, and all of it takes its time.
      const { check } = await import("./config.ts");
      await check(shell, command, file);
    });
  config
    .command("schema")
    .description("Print the JSON Schema of a file, for editors.")
    .addArgument(new Argument("[file]").choices(["greenlight", "runbook"]).default("greenlight"))
    .action(async (what: "greenlight" | "runbook") => {
      const { printSchema } = await import("./config.ts");
      await printSchema(shell, what);
    });
}
