import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { packageRoot } from "../../../src/runtime/package-root.ts";
import { eventually } from "../../fakes/until.ts";
import { freePort } from "../../servers/free-port.ts";

import { createPart, type Part } from "../part.ts";
import { type Places, writeConfig } from "./config.ts";
import { Operator } from "./operator.ts";
import { sharedParts } from "./shared-parts.ts";
import { VANTAGES } from "./side.ts";

/** Greenlight as it is run here, and people's way to it. */
export interface Greenlight {
  readonly operator: Operator;
  /** Of whom may approve. */
  readonly approver: Operator;
  /**
   * SIGKILL to the worker whose log says that it makes that attempt at a step, and starts it again.
   * False: none says so.
   */
  killWhoRuns(step: string, attempt: number): Promise<boolean>;
  /** SIGSTOP to all pipeline workers: nobody decides, nobody acts. */
  hangWorkers(): void;
  wakeWorkers(): void;
  close(): Promise<void>;
}

/** Each a process: the API, a probe worker a vantage, two pipeline workers. Settles when the API is ready. */
export async function startGreenlight(places: Places): Promise<Greenlight> {
  const { directory } = places;
  const listens = [await freePort(), await freePort()].map((port) => `127.0.0.1:${port}`);
  const parts = sharedParts(
    places,
    listens.map((address) => `http://${address}`),
  );
  const { files, people } = writeConfig(places, { parts, policy: {} });
  const create = (name: string, program: string, words: readonly string[]) =>
    createPart(process.execPath, [join(packageRoot(), "dist/bin", program), ...words], {
      log: join(directory, `${name}.log`),
    });
  const workers = listens.map((listen, index) => {
    const name = `pipeline-${index + 1}`;
    const spool = join(directory, `spool-${index + 1}`);
    const words = [files.pipeline, "--listen", listen, "--spool", spool];
    return { part: create(name, "pipeline.js", words), log: join(directory, `${name}.log`) };
  });
  const all: readonly Part[] = [
    create("api", "main.js", ["api", files.api]),
    ...workers.map(({ part }) => part),
    ...Object.keys(VANTAGES).map((name) =>
      create(`probe-${name}`, "probe.js", [files.probe, "--vantage", name]),
    ),
  ];
  const close = async () => void (await Promise.all(all.map((part) => part.kill())));
  const url = `http://127.0.0.1:${places.apiPort}`;
  const operator = new Operator(url, people.operator);
  for (const part of all) part.start();
  try {
    await eventually(
      async () => {
        for (const part of all) part.check();
        return await operator.isReady();
      },
      { withinMs: 60_000, everyMs: 50 },
    );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    operator,
    approver: new Operator(url, people.approver),
    killWhoRuns: async (step, attempt) => {
      const acting = workers.find(({ log }) => saysToRun(log, step, attempt));
      await acting?.part.kill();
      acting?.part.start();
      return acting !== undefined;
    },
    hangWorkers: () => {
      for (const { part } of workers) part.stop();
    },
    wakeWorkers: () => {
      for (const { part } of workers) part.cont();
    },
    close,
  };
}

function saysToRun(log: string, step: string, attempt: number): boolean {
  const lines = readFileSync(log, "utf8").split("\n");
  return lines
    .filter((line) => line.includes('"it makes an attempt"'))
    .map((line) => attemptSchema.parse(JSON.parse(line)).job)
    .some((job) => job.step === step && job.attempt === attempt);
}

const attemptSchema = z.object({ job: z.object({ step: z.string(), attempt: z.int() }) });
