import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createChance } from "../../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import type { Config } from "../../../src/runtime/config.ts";
import { createEnvoy } from "../../../src/runtime/own-envoy.ts";
import { openTcpServer } from "../../fakes/tcp-server.ts";

const never = new AbortController().signal;
const GREEN = "127.0.0.1";
let server: Awaited<ReturnType<typeof openTcpServer>>;

beforeEach(async () => {
  server = await openTcpServer((socket) =>
    socket.on("data", () => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    }),
  );
});

afterEach(() => server.close());

function envoy(localAddress?: string) {
  const clock = new SystemClock();
  const config = {
    applications: [
      {
        application: { name: "shop", addresses: { blue: "192.0.2.1", green: GREEN } },
        public: { host: "shop.test", port: server.port },
        probing: { timeoutMs: 5_000 },
        dns: [],
        probes: [
          { name: "front", probe: "http", layer: "public", path: "/", expect: { status: 200 } },
        ],
      },
    ],
  } as unknown as Config;
  const standpoint = {
    name: "east",
    failureDomain: "rack-1",
    ...(localAddress && { localAddress }),
  };
  return createEnvoy(config, standpoint, { clock, chance: createChance(clock) });
}

test("asks one of the application's addresses so often in a row, from the vantage's own", async () => {
  const east = envoy("127.0.0.11");
  expect(east.vantage).toBe("east");
  const visits = await east.visit({ application: "shop", address: GREEN, times: 3 }, never);
  expect(visits).toEqual([{ address: GREEN }, { address: GREEN }, { address: GREEN }]);
  expect(server.froms).toEqual(["127.0.0.11", "127.0.0.11", "127.0.0.11"]);
});

test("asks no more once it is not answered as expected", async () => {
  await server.kill();
  const visits = await envoy().visit({ application: "shop", address: GREEN, times: 3 }, never);
  expect(visits).toEqual([{ address: GREEN, whyNot: expect.stringContaining("ECONNREFUSED") }]);
  server = await openTcpServer(() => undefined);
});

test.each([
  ["an application that it does not know", { application: "other" }],
  ["an address that is none of the application's", { application: "shop", address: "127.0.0.9" }],
])("can't be sent to %s", async (_, to) => {
  const [visit, ...others] = await envoy().visit({ ...to, times: 3 }, never);
  expect(visit).toEqual({
    address: "",
    whyNot: expect.stringContaining("its configuration has no"),
  });
  expect(others).toEqual([]);
  expect(server.froms).toEqual([]);
});
