import type { Command } from "commander";

export function addServe(program: Command): void {
  program
    .command("serve")
    .description("Watch, decide and act, and serve the API: all of it in this process.")
    .argument("[file]", "the configuration", "greenlight.yaml")
    .addHelpText("after", "\nExamples:\n  $ greenlight serve config/greenlight.yaml")
    .action(async (file: string) => {
      // Loaded here: no other command waits for a database, and this one begins with it.
      const { startThread } = await import("../../adapters/storage/database-link.ts");
      const thread = startThread();
      const { serve } = await import("./serve.ts");
      await serve(file, thread);
    });
}
