import { Agent } from "undici";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createCallHttp } from "../../src/adapters/http/http-call.ts";
import { lostIn } from "../kube/real/clients.ts";
import { startGround } from "../kube/real/ground.ts";
import { PUBLIC_NAME } from "../kube/real/name-servers.ts";
import { ADDRESSES } from "../kube/real/side.ts";
import { type Ground, openWorld, type World } from "../kube/real/world.ts";
import type { OutageKind } from "./failover.ts";
import type { Run } from "./one-run.ts";
import { firstAnswer } from "./poll.ts";

/** Control planes and name servers, started once; all else is new in each run. */
export async function openReal() {
  const ground = await startGround();
  return {
    measure: (kind: OutageKind, number: number) => measureReal(ground, kind, number),
    close: () => ground.close(),
  };
}

/** One outage. Rejects where green never serves. */
async function measureReal(ground: Ground, kind: OutageKind, number: number): Promise<Run> {
  const clock = new SystemClock();
  const signal = clock.timeout(LIMIT_MS);
  const world = await openWorld(ground);
  try {
    const clients = world.ask();
    await clients.served("blue");
    // So that runs meet the probes' rhythm at different points.
    await clock.sleep(number * PHASE_MS, signal);
    if (kind === "kill without journal") await world.journal.process.kill();
    const faultAt = clock.wallMs();
    if (kind === "hang") world.blue.hang();
    else await world.blue.kill();
    const [writeAt, dnsAt] = await Promise.all([
      firstWrite(world, { clock, signal }),
      firstAnswer(() => saysGreen(world), { clock, signal }).then(({ at }) => at),
    ]);
    await clients.served("green");
    await world.journal.start();
    const id = await world.operator.opened("failover");
    await world.operator.reached(id, "succeeded");
    await clients.stop();
    const allClientsAt = clients.allAt("green");
    return { faultAt, writeAt, dnsAt, allClientsAt, events: await world.operator.events() };
  } finally {
    await world.close();
  }
}

interface Tools {
  readonly clock: SystemClock;
  readonly signal: AbortSignal;
}

/** At green's own address, under the public name: when the first was answered that green's store has. */
async function firstWrite({ publicPort, green }: World, tools: Tools): Promise<number> {
  const agent = new Agent({ connections: 100 });
  try {
    const call = createCallHttp(agent, tools.clock);
    const order = {
      method: "POST",
      url: `http://${ADDRESSES.green}:${publicPort}/orders`,
      headers: { host: `${PUBLIC_NAME}:${publicPort}` },
      timeoutMs: WRITE_MS,
    } as const;
    const { at, answer } = await firstAnswer(async (count) => {
      const id = `bench-${count}`;
      const { status, body } = await call({ ...order, json: { id } }, tools.signal);
      const said = JSON.parse(body) as { id?: string; cluster?: string };
      return status === 200 && said.id === id && said.cluster === "green" ? id : undefined;
    }, tools);
    const write = { id: answer, position: 1 };
    const written = { client: 0, verb: "write", askedAt: at, answeredAt: at, write } as const;
    if ((await lostIn(green.store, [written])).length > 0)
      throw new Error(`green does not have ${answer}`);
    return at;
  } finally {
    await agent.destroy();
  }
}

/** Both of them. */
async function saysGreen({ names }: World): Promise<true | undefined> {
  const answers = await names.answers();
  return answers.every((all) => all.join() === ADDRESSES.green) ? true : undefined;
}

const LIMIT_MS = 120_000;
const PHASE_MS = 37;
const WRITE_MS = 2_500;
