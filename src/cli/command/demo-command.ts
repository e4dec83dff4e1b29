import type { Command } from "commander";
import type { Shell } from "../shell.ts";

interface DemoFlags {
  readonly fault: string;
  readonly faults?: boolean;
  readonly keep?: boolean;
  readonly json?: boolean;
  readonly dir?: string;
}

export function addDemo(program: Command, shell: Shell): void {
  program
    .command("demo")
    .description("Let blue die under live traffic and watch green take over, in a sandbox.")
    .option("--fault <kind>", "what happens to blue", "site-loss")
    .option("--faults", "list every kind, with what is expected of it")
    .option("--keep", "leave everything running, and say how to look around")
    .option("--json", "one object a line, the summary last")
    .option("--dir <directory>", "an empty one for its files; else one in the temporary directory")
    .addHelpText(
      "after",
      "\nExit status: 0 when what --faults states happened, 3 when not.\n" +
        "\nExamples:\n  $ greenlight demo\n  $ greenlight demo --fault api-only\n" +
        "  $ greenlight demo --fault site-hang --keep",
    )
    .action(async ({ fault, faults, keep, json, dir }: DemoFlags) => {
      const { demo, listFaults } = await import("./demo.ts");
      const flags = { keep: keep === true, json: json === true, directory: dir };
      if (faults === true) await listFaults(shell.terminal, flags);
      else shell.status = await demo(fault, { ...flags, terminal: shell.terminal });
    });
}
