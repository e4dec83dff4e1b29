import { join } from "node:path";
import { mainFile } from "../../../src/runtime/package-root.ts";
import { eventually } from "../../fakes/until.ts";
import { createPart } from "../part.ts";
import { type Places, writeConfig } from "./config.ts";
import { Operator } from "./operator.ts";

/** Greenlight as it is run here, and people's way to it. */
export interface Greenlight {
  readonly operator: Operator;
  /** Of whom may approve. */
  readonly approver: Operator;
  /** SIGKILL to whoever runs the steps now; settles when somebody can again. */
  killWorker(): Promise<void>;
  close(): Promise<void>;
}

/** One `serve`, with all that it keeps in the scratch directory. Settles when its API is ready. */
export async function startGreenlight(places: Places): Promise<Greenlight> {
  const { file, people } = writeConfig(places, {
    parts: { storage: { driver: "embedded", directory: "./data" } },
    policy: { fewFailureDomains: { acceptedBy: "whoever runs the tests" } },
  });
  const log = join(places.directory, "greenlight.log");
  const serve = createPart(process.execPath, [mainFile(), "serve", file], { log });
  const url = `http://127.0.0.1:${places.apiPort}`;
  const operator = new Operator(url, people.operator);
  const start = async () => {
    serve.start();
    await eventually(
      async () => {
        serve.check();
        return await operator.isReady();
      },
      { withinMs: 60_000, everyMs: 50 },
    );
  };
  await start();
  return {
    operator,
    approver: new Operator(url, people.approver),
    killWorker: async () => {
      await serve.kill();
      await start();
    },
    close: () => serve.kill(),
  };
}
