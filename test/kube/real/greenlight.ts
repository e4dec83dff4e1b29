import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/runtime/package-root.ts";
import { eventually } from "../../fakes/until.ts";
import { freePort } from "../../servers/free-port.ts";

import { createPart, type Part } from "../part.ts";
import { type Places, writeConfig } from "./config.ts";
import { seeHolder } from "./namespace.ts";
import { Operator } from "./operator.ts";
import { sharedParts } from "./shared-parts.ts";
import { VANTAGES } from "./side.ts";

/** Greenlight as it is run here, and people's way to it. */
export interface Greenlight {
  readonly operator: Operator;
  /** Of whom may approve. */
  readonly approver: Operator;
  /** SIGKILL to whoever acts by green's Lease, and starts it again. False: nobody does now. */
  killHolder(): Promise<boolean>;
  close(): Promise<void>;
}

/** Each a process: the API, a probe worker a vantage, two pipeline workers. Settles when the API is ready. */
export async function startGreenlight(places: Places): Promise<Greenlight> {
  const { directory, regions } = places;
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
    const spool = join(directory, `spool-${index + 1}`);
    const words = [files.pipeline, "--listen", listen, "--spool", spool];
    return { part: create(`pipeline-${index + 1}`, "pipeline.js", words), spool };
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
    killHolder: async () => {
      const holder = await seeHolder(regions.green.plane);
      const acting = workers.find(({ spool }) => instanceOf(spool) === holder);
      await acting?.part.kill();
      acting?.part.start();
      return acting !== undefined;
    },
    close,
  };
}

/** As it calls itself in the Lease. */
function instanceOf(spool: string): string {
  return readFileSync(join(spool, "instance"), "utf8").trim();
}
