import { type Command, Option } from "commander";
import type { Shell } from "../shell.ts";

interface DemoFlags {
  readonly fault?: string;
  readonly only?: string;
  readonly faults?: boolean;
  readonly keep?: boolean;
  readonly json?: boolean;
  readonly dir?: string;
}

export function addDemo(program: Command, shell: Shell): void {
  program
    .command("demo")
    .description(
      "The whole story under live traffic, in a sandbox: blue dies and green takes over, " +
        "blue comes back and goes home, a drill, their reports.",
    )
    .addOption(
      new Option("--only <scene>", "one part of it").choices(["outage", "return", "drill"]),
    )
    .addOption(
      new Option("--fault <kind>", "another thing that happens to blue, alone").conflicts("only"),
    )
    .option("--faults", "list every kind, with what is expected of it")
    .option("--keep", "leave everything running, and say how to look around")
    .option("--json", "one object a line, the summary last")
    .option("--dir <directory>", "an empty one for its files; else one in the temporary directory")
    .addHelpText(
      "after",
      "\nExit status: 0 when everything came as it is stated, 3 when not.\n" +
        "\nExamples:\n  $ greenlight demo\n  $ greenlight demo --only drill\n" +
        "  $ greenlight demo --fault api-only\n" +
        "  $ greenlight demo --fault site-hang --keep",
    )
    .action(async ({ fault, only, faults, keep, json, dir }: DemoFlags) => {
      const { demo, listFaults } = await import("./demo.ts");
      const flags = { keep: keep === true, json: json === true, directory: dir };
      if (faults === true) await listFaults(shell.terminal, flags);
      else shell.status = await demo({ fault, only }, { ...flags, terminal: shell.terminal });
    });
}
