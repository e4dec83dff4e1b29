#!/usr/bin/env node
import type { SignalListener } from "../src/adapters/bus/signal-listener.ts";
import { createChance } from "../src/adapters/chance/system-chance.ts";
import { Spool } from "../src/adapters/journal/spool.ts";
import { openListener } from "../src/cli/open-listener.ts";
import { runWorker, workerCommand } from "../src/cli/run-worker.ts";
import { type WorkTools, workUntilStopped } from "../src/cli/work-until-stopped.ts";
import { sharedParts } from "../src/runtime/config-place.ts";
import { readInstance } from "../src/runtime/instance.ts";
import { wirePipeline } from "../src/runtime/wire-pipeline.ts";

interface Options {
  readonly listen?: string;
  readonly spool?: string;
  readonly health?: string;
}

/** Judges, decides and acts, beside others that do the same. */
const pipeline = workerCommand("pipeline", "Judge, decide and act, beside others of its kind.")
  .option("--listen <host:port>", "hear the probes there while the Redis is away")
  .option("--spool <directory>", "its own, instead of the configuration's")
  .action(async (file: string, { listen, spool, health }: Options) => {
    await workUntilStopped(file, { health, process: "pipeline" }, async (tools) => {
      const listener = await openListener(listen, tools);
      try {
        await run({ spool, listener }, tools);
      } finally {
        await listener?.close();
      }
    });
  });

async function run(
  own: { readonly spool: string | undefined; readonly listener: SignalListener | undefined },
  { config, onReady, ...tools }: WorkTools,
): Promise<void> {
  const directory = own.spool ?? sharedParts(config).storage.spool;
  const { log, clock } = tools;
  const onBroken = (line: number) =>
    log.error({ directory, line }, "a line of the spool is broken");
  const spool = await Spool.open({ directory, onBroken });
  try {
    const instance = await readInstance(directory, createChance(clock));
    const parts = { instance, spool, listener: own.listener };
    const { done } = await wirePipeline(config, { ...tools, ...parts });
    onReady();
    log.info({ instance, listens: own.listener?.url }, "Greenlight works");
    await done;
  } finally {
    await spool.close();
  }
}

process.exitCode = await runWorker(pipeline, process.argv.slice(2));
