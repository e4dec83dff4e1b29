import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent } from "undici";
import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createDnsClient } from "../../src/adapters/dns-message/client.ts";
import { endpoint } from "../../src/adapters/dns-message/endpoint.ts";
import { TYPE } from "../../src/adapters/dns-message/message.ts";
import { decodeAddress } from "../../src/adapters/dns-message/record-data.ts";
import { type CallHttp, createCallHttp } from "../../src/adapters/http/http-call.ts";
import { startCrowd } from "../../src/cli/demo/crowd.ts";
import { follow } from "../../src/cli/demo/follow.ts";
import { Panel } from "../../src/cli/demo/panel.ts";
import { untilReady } from "../../src/cli/demo/ready.ts";
import { readOrders } from "../../src/cli/demo/store-entries.ts";
import { World } from "../../src/cli/demo/world.ts";
import type { WorldFile } from "../../src/cli/demo/world-file.ts";
import type { JournalEvent } from "../../src/domain/event.ts";
import { firstAnswer } from "./poll.ts";

/** What one outage looked like from outside, and what the journal says of it. In ms since 1970. */
export interface Run {
  /** The fault panel was told. */
  readonly faultAt: number;
  /** The first correct write at green's address was answered. */
  readonly writeAt: number;
  /** The name server said green. */
  readonly dnsAt: number;
  /** The last of the clients got its first correct answer from green, by name. */
  readonly allClientsAt: number;
  readonly events: readonly JournalEvent[];
}

export interface Measuring {
  readonly number: number;
  readonly startupDelayMs: number;
  /** Done in the healthy world, just before the fault. */
  readonly prepare?: (stage: Stage) => Promise<void>;
}

/** One outage in a world of its own. Rejects where green never serves. */
export async function measureOne(
  kind: "kill" | "hang",
  { number, startupDelayMs, prepare }: Measuring,
): Promise<Run> {
  const clock = new SystemClock();
  const signal = clock.timeout(LIMIT_MS);
  const directory = await mkdtemp(join(tmpdir(), "greenlight-bench-"));
  const sandboxFlags = ["--startup-delay", `${startupDelayMs}ms`];
  const world = await World.start(directory, { clock, signal, sandboxFlags });
  const agent = new Agent({ connections: 100 });
  try {
    const position = await untilReady(world);
    // So that runs meet the probes' rhythm at different points.
    await clock.sleep(CALM_MS + number * PHASE_MS, signal);
    const call = createCallHttp(agent, clock);
    const panel = new Panel(world.file.faults, call, signal);
    const stage = { world, position, call, panel };
    await prepare?.(stage);
    return await watch(kind, stage, { clock, signal });
  } finally {
    await Promise.all([world.stop(), agent.destroy()]);
    await rm(directory, { recursive: true, force: true });
  }
}

export interface Stage {
  readonly world: World;
  readonly position: number;
  readonly call: CallHttp;
  readonly panel: Panel;
}

interface Tools {
  readonly clock: SystemClock;
  readonly signal: AbortSignal;
}

async function watch(
  kind: "kill" | "hang",
  { world, position, call, panel }: Stage,
  tools: Tools,
): Promise<Run> {
  const { clock, signal } = tools;
  const { file, client } = world;
  const green = new Set<number>();
  let allClientsAt = 0;
  const crowd = startCrowd(file, {
    clock,
    onAnswer: ({ cluster, client: number, answeredAt }) => {
      if (cluster !== "green" || green.has(number)) return;
      green.add(number);
      allClientsAt = Math.max(allClientsAt, answeredAt);
    },
  });
  const events: JournalEvent[] = [];
  const ended = new AbortController();
  const following = follow(
    position,
    (event) => {
      events.push(event);
      if (event.type === "operation.ended" && event.outcome === "succeeded") ended.abort();
    },
    { client, clock, signal: AbortSignal.any([signal, ended.signal]) },
  );
  const faultAt = clock.wallMs();
  const told = panel.post("/faults", { kind, part: "all", cluster: "blue" });
  const [write, dns] = await Promise.all([
    firstWrite(file, call, tools),
    dnsSaysGreen(file, tools),
  ]);
  await Promise.all([told, following, clock.sleep(TAIL_MS, signal)]);
  await crowd.stop();
  const orders = await readOrders(file.store.green, call, signal);
  if (!orders.has(write.answer)) throw new Error(`green does not have ${write.answer}`);
  return { faultAt, writeAt: write.at, dnsAt: dns.at, allClientsAt, events };
}

/** At green's own address, under the public name; its result is the order's id. */
function firstWrite({ shop }: WorldFile, call: CallHttp, tools: Tools) {
  const order = {
    method: "POST",
    url: `http://${shop.green}:${shop.port}/orders`,
    headers: { host: `${shop.name}:${shop.port}` },
    timeoutMs: WRITE_MS,
  } as const;
  return firstAnswer(async (count) => {
    const id = `bench-${count}`;
    const { status, body } = await call({ ...order, json: { id } }, tools.signal);
    const said = JSON.parse(body) as { id?: string; cluster?: string };
    return status === 200 && said.id === id && said.cluster === "green" ? id : undefined;
  }, tools);
}

function dnsSaysGreen({ dns: { address }, shop }: WorldFile, tools: Tools) {
  const { clock, signal } = tools;
  const dns = createDnsClient({ clock, chance: createChance(clock), timeoutMs: DNS_MS });
  const server = endpoint.parse(address);
  return firstAnswer(async () => {
    const [record] = await dns.ask(server, { name: shop.name, type: TYPE.a }, signal);
    return record && decodeAddress(record.data) === shop.green ? true : undefined;
  }, tools);
}

const LIMIT_MS = 60_000;
const CALM_MS = 1_500;
const PHASE_MS = 37;
/** As long as a resolver may keep the old answer, and a client's rhythm. */
const TAIL_MS = 1_300;
const WRITE_MS = 2_500;
const DNS_MS = 300;
