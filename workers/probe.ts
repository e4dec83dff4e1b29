#!/usr/bin/env node
import { runWorker, workerCommand } from "../src/cli/run-worker.ts";
import { workUntilStopped } from "../src/cli/work-until-stopped.ts";
import { wireProbe } from "../src/runtime/wire-probe.ts";

/** One vantage: asks its targets and tells what it sees. It decides nothing. */
const probe = workerCommand("probe", "Ask from one vantage, and tell the pipeline workers.")
  .requiredOption("--vantage <name>", "which of the configuration's")
  .action(async (file: string, options: { readonly vantage: string; readonly health?: string }) => {
    const { vantage, health } = options;
    await workUntilStopped(
      file,
      { health, process: "probe" },
      async ({ config, onReady, ...tools }) => {
        const { done } = await wireProbe(config, vantage, tools);
        onReady();
        tools.log.info({ vantage }, "Greenlight probes");
        await done;
      },
    );
  });

process.exitCode = await runWorker(probe, process.argv.slice(2));
