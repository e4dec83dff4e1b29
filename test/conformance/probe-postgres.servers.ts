import { jest } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { create } from "../../src/drivers/probe/postgres.ts";
import { startPostgresServer } from "../servers/postgres-server.ts";
import { describeProbe } from "./probe.ts";

jest.setTimeout(60_000);

describeProbe({
  name: "probe postgres on a server",
  async open() {
    const server = await startPostgresServer();
    const addresses = { blue: server.place.address };
    const tools = { cluster: "blue", clock: new SystemClock(), timeoutMs: 1_000 };
    return {
      probe: create({ probe: "postgres", name: "store", addresses }, tools),
      run: (task) => task(),
      ills: [
        { what: "killed", begin: () => server.process.kill(), answer: "refused" },
        // Its kernel goes on accepting connections.
        { what: "hung", begin: async () => server.process.hang(), answer: "timeout" },
      ],
      close: () => server.close(),
    };
  },
});
