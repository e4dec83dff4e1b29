import { expect, test } from "@jest/globals";
import type { Issued } from "../../../src/adapters/kubernetes/exec-credential.ts";
import { renewCredentials } from "../../../src/adapters/kubernetes/renewed-credentials.ts";
import { GreenlightError } from "../../../src/domain/errors.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const MINUTE_MS = 60_000;
const FOREVER = new AbortController().signal;

/** A plug-in that gives tokens t1, t2 and so on for so long, and fails while it is told to. */
function open(clock: VirtualClock, lifeMs: number | undefined) {
  const stop = new AbortController();
  const plugin = { askedAtMs: [] as number[], isBroken: false, told: 0 };
  const ask = async (): Promise<Issued> => {
    plugin.askedAtMs.push(clock.monotonicMs());
    if (plugin.isBroken) throw new GreenlightError("GL_CREDENTIAL", "exec plug-in aws: exited 255");
    const credential = { token: `t${plugin.askedAtMs.length}` };
    return { credential, ...(lifeMs !== undefined && { endsAt: clock.wallMs() + lifeMs }) };
  };
  const onTrouble = () => {
    plugin.told += 1;
  };
  const credentials = renewCredentials(ask, { clock, signal: stop.signal, onTrouble });
  const pass = (ms: number) => clock.sleep(ms, FOREVER);
  return { plugin, credentials, pass, stop };
}

test("a credential is renewed ahead of its end, and nobody waits for it", async () => {
  const clock = new VirtualClock();
  await clock.run(async () => {
    const { plugin, credentials, pass, stop } = open(clock, 15 * MINUTE_MS);
    expect(() => credentials.current()).toThrow(/there is none: it has not answered yet/);
    await pass(1);
    expect(credentials.current()).toEqual({ token: "t1" });
    await pass(12 * MINUTE_MS);
    expect(credentials.current()).toEqual({ token: "t2" });
    expect(plugin.askedAtMs).toEqual([0, 11.25 * MINUTE_MS]);
    stop.abort(new Error("the end"));
  });
});

test("while none can be had the old one is used until it ends, and the plug-in is tried on", async () => {
  const clock = new VirtualClock();
  await clock.run(async () => {
    const { plugin, credentials, pass, stop } = open(clock, 60 * MINUTE_MS);
    await pass(1);
    plugin.isBroken = true;
    await pass(59 * MINUTE_MS);
    expect(credentials.current()).toEqual({ token: "t1" });
    expect(plugin.told).toBeGreaterThan(5);
    expect(plugin.told).toBeLessThan(15);
    await pass(2 * MINUTE_MS);
    expect(() => credentials.current()).toThrow(/it has ended: exec plug-in aws: exited 255/);
    plugin.isBroken = false;
    await pass(MINUTE_MS);
    expect(credentials.current()).toHaveProperty("token");
    stop.abort(new Error("the end"));
  });
});

test("one that has ended by our clock is used while the plug-in answers: the server says", async () => {
  const clock = new VirtualClock();
  await clock.run(async () => {
    const { plugin, credentials, pass, stop } = open(clock, -60 * MINUTE_MS);
    await pass(10_500);
    expect(credentials.current()).toHaveProperty("token");
    expect(plugin.askedAtMs).toHaveLength(11);
    stop.abort(new Error("the end"));
  });
});

test("what the server does not take is asked for anew, once", async () => {
  const clock = new VirtualClock();
  await clock.run(async () => {
    const { plugin, credentials, pass, stop } = open(clock, undefined);
    await pass(20_000);
    const old = credentials.current();
    for (let time = 0; time < 3; time += 1)
      expect(credentials.refused(old)).toMatchObject({ code: "GL_CREDENTIAL" });
    await pass(1);
    expect(credentials.current()).toEqual({ token: "t2" });
    // Whoever still had the old one may try again at once; the new one is no older than the answer.
    expect(credentials.refused(old)).toMatchObject({ code: "GL_CREDENTIAL" });
    expect(credentials.refused(credentials.current())).toBeUndefined();
    await pass(5_000);
    expect(plugin.askedAtMs).toHaveLength(2);
    stop.abort(new Error("the end"));
  });
});
