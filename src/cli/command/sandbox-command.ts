import { type Command, InvalidArgumentError } from "commander";
import { duration } from "../../adapters/duration/duration.ts";
import type { Shell } from "../shell.ts";

interface SandboxFlags {
  readonly dir: string;
  readonly startupDelay?: number;
}

export function addSandbox(program: Command, shell: Shell): void {
  program
    .command("sandbox")
    .description("Two clusters, a name server and a shop to try everything on, in this process.")
    .requiredOption("-d, --dir <directory>", "where its files go: sandbox.json tells all")
    .option("--startup-delay <duration>", "from scaled to available pods, 300ms", parseDelay)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  $ greenlight sandbox --dir world\n" +
        "  $ greenlight serve world/greenlight.yaml",
    )
    .action(async ({ dir, startupDelay }: SandboxFlags) => {
      // Loaded here: no other command waits for its certificates.
      const { sandbox } = await import("./sandbox.ts");
      await sandbox(dir, { terminal: shell.terminal, startupDelayMs: startupDelay });
    });
}

function parseDelay(text: string): number {
  const parsed = duration.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError("A duration is a whole number and ms or s, as in 400ms.");
}
