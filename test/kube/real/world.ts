import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../servers/free-port.ts";

import type { PostgresTemplate } from "../../servers/postgres-pair.ts";
import type { JournalServer } from "../../servers/postgres-server.ts";
import type { RedisServer } from "../../servers/redis.ts";
import type { ControlPlane } from "../control-plane.ts";
import { type Clients, startClients } from "./clients.ts";
import { type Greenlight, startGreenlight } from "./greenlight.ts";
import type { NameServers } from "./name-servers.ts";
import { resetNamespace, type Tokens } from "./namespace.ts";
import { createPublicPath } from "./public-path.ts";
import { Region } from "./region.ts";
import { createShopProcess } from "./shop-process.ts";
import { ADDRESSES, type Side } from "./side.ts";
import { startWriter, type Writer } from "./writer.ts";

/** What is started once: it takes long, or stays as it is. */
export interface Ground {
  readonly planes: Readonly<Record<Side, ControlPlane>>;
  readonly tokens: Readonly<Record<Side, Tokens>>;
  readonly names: NameServers;
  readonly template: PostgresTemplate;
  /** What Greenlight's processes share. */
  readonly journal: JournalServer;
  readonly redis: RedisServer;
}

export interface World extends Greenlight {
  readonly blue: Region;
  readonly green: Region;
  readonly names: NameServers;
  readonly journal: JournalServer;
  readonly redis: RedisServer;
  /** Of both public addresses. */
  readonly publicPort: number;
  /** They ask by name 50 times a second from now on, until they are stopped. */
  ask(): Clients;
  /** Whoever does not ask the name: a writer at the cluster's own address. */
  askAt(side: Side): Writer;
}

export interface WorldOptions {
  /** When the drill is due. */
  readonly cron?: string;
}

/**
 * Blue serves, green is its standby, and Greenlight knows all that it needs; no client asks yet. All
 * of it is new, but for the ground.
 */
export async function openWorld(
  ground: Ground,
  { cron = NEVER }: WorldOptions = {},
): Promise<World> {
  const { planes, tokens, names, template, journal, redis } = ground;
  const directory = await mkdtemp(join(tmpdir(), "greenlight-real-"));
  const publicPort = await freePort(Object.values(ADDRESSES));
  const apiPort = await freePort();
  const pair = await template.start();
  const closing: (() => Promise<void>)[] = [
    () => rm(directory, { recursive: true, force: true }),
    () => pair.close(),
  ];
  const close = async () => {
    for (const one of closing.toReversed()) await one();
  };
  const regionOf = async (side: Side): Promise<Region> => {
    const [own, other] =
      side === "blue" ? [pair.primary, pair.standby] : [pair.standby, pair.primary];
    const shopPort = await freePort();
    const plane = planes[side];
    const { server, tls } = plane.accessOf(plane.adminToken);
    const region = new Region({
      side,
      plane,
      store: own,
      publicPath: createPublicPath(side, {
        host: ADDRESSES[side],
        port: publicPort,
        shopPort,
        directory,
      }),
      shop: createShopProcess(
        {
          cluster: side,
          server,
          certificateAuthority: tls.ca ?? "",
          token: plane.adminToken,
          namespace: "shop",
          port: shopPort,
          stores: [own.address, other.address],
        },
        directory,
      ),
    });
    closing.push(() => region.close());
    region.startShop();
    return region;
  };
  try {
    await journal.ask("drop schema if exists greenlight cascade");
    await redis.ask("FLUSHALL");
    await names.reset(ADDRESSES.blue);
    await Promise.all([resetNamespace(planes.blue, REPLICAS), resetNamespace(planes.green, 0)]);
    const regions = { blue: await regionOf("blue"), green: await regionOf("green") };
    const greenlight = await startGreenlight({
      directory,
      regions,
      tokens,
      names,
      journal,
      redis,
      publicPort,
      apiPort,
      cron,
    });
    closing.push(() => greenlight.close());
    await greenlight.operator.settled();
    const ask = () => {
      const clients = startClients({ port: publicPort, server: names.servers[0] ?? "" });
      closing.push(() => clients.stop());
      return clients;
    };
    const askAt = (side: Side) => {
      const writer = startWriter(`http://${ADDRESSES[side]}:${publicPort}`);
      closing.push(async () => void (await writer.stop()));
      return writer;
    };
    return { ...greenlight, ...regions, names, journal, redis, publicPort, ask, askAt, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export const REPLICAS = 2;
const NEVER = "0 0 29 2 *";
