import type { Command } from "commander";

export function addApi(program: Command): void {
  program
    .command("api")
    .description("Serve the API alone, beside probe and pipeline workers that act.")
    .argument("[file]", "the configuration", "greenlight.yaml")
    .option("--listen <host:port>", "hear the probes there while the Redis is away")
    .addHelpText("after", "\nExamples:\n  $ greenlight api greenlight.yaml")
    .action(async (file: string, { listen }: { readonly listen?: string }) => {
      const { answer } = await import("./api.ts");
      await answer(file, listen);
    });
}
