import { expect, test } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { eventually } from "../fakes/until.ts";
import { closedAfterEach, WITH_FLEET_MS } from "../servers/fleets.ts";

const clock = new SystemClock();
const open = closedAfterEach();

const SOON = { withinMs: 60_000, everyMs: 50 };
const CHANNEL = "{greenlight}:signal";

test(
  "who can write to the Redis says in vain that blue is gone, and the journal tells of it",
  async () => {
    const fleet = await open();
    const { world, redis } = fleet;
    await fleet.start();
    const [ear, mouth] = [redis.connect(), redis.connect()];
    const overheard: string[] = [];
    ear.on("message", (_: string, text: string) => overheard.push(text));
    await ear.subscribe(CHANNEL);
    await eventually(() => overheard.filter(isOfBlue).length >= 30, SOON);
    ear.disconnect();
    const texts = overheard.filter(isOfBlue);
    // For longer than it takes to find that a cluster is lost, and to open an operation.
    let rounds = 0;
    const say = async () => {
      for (const text of texts) await mouth.publish(CHANNEL, asTimeout(text));
      for (const text of texts) await mouth.publish(CHANNEL, text);
      rounds += 1;
      return rounds >= 100;
    };
    await eventually(say, SOON);
    mouth.disconnect();
    const refused = (await world.events()).filter(({ type }) => type === "signal.refused");
    expect(refused).toContainEqual(expect.objectContaining({ reason: "its seal does not fit" }));
    // Both workers and the API say so, and no more often than is good for the journal.
    expect(refused.length).toBeLessThanOrEqual(30);
    expect(await world.operations()).toEqual([]);
    expect((await world.cli("audit", "verify")).status).toBe(0);
  },
  WITH_FLEET_MS,
);

function isOfBlue(text: string): boolean {
  const { signal } = JSON.parse(JSON.parse(text).text);
  return signal.type === "observation" && signal.observation.cluster === "blue";
}

function asTimeout(text: string): string {
  const sealed = JSON.parse(text);
  const sent = JSON.parse(sealed.text);
  const at = clock.wallMs();
  const observation = { ...sent.signal.observation, at, answer: "timeout" };
  const made = {
    ...sent,
    number: sent.number + 1_000,
    at,
    signal: { ...sent.signal, observation },
  };
  return JSON.stringify({ ...sealed, text: JSON.stringify(made) });
}
