import { PostgresTemplate } from "../../servers/postgres-pair.ts";
import { startPostgresServer } from "../../servers/postgres-server.ts";
import { startRedis } from "../../servers/redis.ts";
import { type ControlPlane, startControlPlane } from "../control-plane.ts";
import { whyMissing } from "../missing.ts";
import { startNameServers } from "./name-servers.ts";
import { prepareNamespace } from "./namespace.ts";
import type { Ground } from "./world.ts";

/** Rejects with one line where something is not installed. */
export async function startGround(): Promise<Ground & { close(): Promise<void> }> {
  const missing = await whyMissing();
  if (missing !== undefined) throw new Error(missing);
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const one of closing.toReversed()) await one();
  };
  const keep = <T extends { close(): Promise<void> }>(one: T): T => {
    closing.push(() => one.close());
    return one;
  };
  try {
    const blue: ControlPlane = keep(await startControlPlane({ name: "blue", host: "127.0.0.4" }));
    const green: ControlPlane = keep(await startControlPlane({ name: "green", host: "127.0.0.5" }));
    const names = keep(await startNameServers());
    const template = keep(await PostgresTemplate.create());
    const journal = keep(await startPostgresServer());
    const redis = keep(await startRedis());
    const tokens = { blue: await prepareNamespace(blue), green: await prepareNamespace(green) };
    return { planes: { blue, green }, tokens, names, template, journal, redis, close };
  } catch (error) {
    await close();
    throw error;
  }
}
