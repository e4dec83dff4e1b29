import { afterAll, beforeAll } from "@jest/globals";
import { Agent } from "undici";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createCallHttp } from "../../src/adapters/http/http-call.ts";
import { createData } from "../../src/drivers/data/registry.ts";
import { PASSWORD, type PostgresPair, PostgresTemplate } from "../servers/postgres-pair.ts";
import { openPostgresWire, type PostgresWire } from "../servers/postgres-wire.ts";
import { describeDriver } from "./driver.ts";
import { describeStores } from "./stores.ts";

const agent = new Agent();
const clock = new SystemClock();
const tools = { clock, call: createCallHttp(agent, clock), secret: PASSWORD };
let template: PostgresTemplate;
let pair: PostgresPair;

beforeAll(async () => {
  template = await PostgresTemplate.create();
  pair = await template.start();
}, 60_000);

afterAll(async () => {
  await pair?.close();
  await template?.close();
  await agent.destroy();
});

const READING = "greenlight.beat";
const WRITING = "pg_advisory_lock";

describeDriver({
  name: "data/postgres on PostgreSQL 15",
  async open() {
    const { primary } = pair;
    await primary.sql("alter system reset default_transaction_read_only");
    await primary.sql("select pg_reload_conf()");
    await primary.sql(
      `begin read write; truncate orders;
       update greenlight.fence set epoch = 0, sequence = 0, fenced = false; commit`,
    );
    const wire = await openPostgresWire(primary.port);
    const config = {
      driver: "postgres",
      hosts: { blue: `127.0.0.1:${wire.port}` },
      database: "shop",
      user: "greenlight",
      tls: "off",
    } as const;
    return {
      driver: createData(config, "blue", tools),
      desired: [{ role: "fenced" }, { role: "primary" }],
      restless: ["position", "heartbeatAt", "observedAt"],
      run: (task) => task(),
      hang: (verb) => wire.swallow(verb === "read" ? READING : WRITING),
      beforeNextWrite: (meddle) => wire.before(WRITING, meddle),
      editForeign: async () => {
        await primary.sql("insert into orders values ('foreign')");
      },
      whyForeignLost: async () => {
        const rows = await primary.sql("select id from orders");
        return rows.length === 1 ? undefined : "the order is lost";
      },
      close: wire.close,
    };
  },
});

describeStores("data/postgres on PostgreSQL 15", async () => {
  let link: PostgresWire | undefined;
  const own = await template.start(async (port) => {
    link = await openPostgresWire(port);
    return link.port;
  });
  const servers = { blue: own.primary, green: own.standby };
  const config = {
    driver: "postgres",
    hosts: { blue: own.primary.address, green: own.standby.address },
    database: "shop",
    user: "greenlight",
    tls: "off",
  } as const;
  return {
    blue: createData(config, "blue", tools),
    green: createData(config, "green", tools),
    write: async (cluster, id) => {
      const written = servers[cluster].sql(`insert into orders values ('${id}')`, { user: "app" });
      return await written.then(
        () => true,
        () => false,
      );
    },
    has: async (cluster, id) => {
      const rows = await servers[cluster].sql(`select from orders where id = '${id}'`);
      return rows.length === 1;
    },
    cut: async () => link?.cut(),
    kill: async () => own.primary.signal("SIGKILL"),
    close: async () => {
      await own.close();
      await link?.close();
    },
  };
});
