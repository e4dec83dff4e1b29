import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { CLASS, type ResourceRecord, TYPE } from "../../src/adapters/dns-message/message.ts";
import type { TsigKey } from "../../src/adapters/dns-message/tsig.ts";
import { codeOf, reasonOf } from "../../src/domain/errors.ts";
import { createNameServer } from "../../src/sandbox/dns/name-server.ts";
import { openDnsListener } from "../fakes/dns-listener.ts";
import { add, addText, createTestClient, removeAll, ZONE } from "../fakes/dns-test-client.ts";
import { freePort } from "../servers/free-port.ts";
import { describeWhere } from "./describe-where.ts";
import { NAMED_KEYS, startNamed } from "./named-server.ts";
import { resetZone } from "./named-zone.ts";

const HOSTS = ["shop", "other", "mail"].map((host) => `${host}.${ZONE}`);

/** Sane and odd parts of updates alike: values, deletions, wrong TTLs, names beyond the zone. */
const part: fc.Arbitrary<ResourceRecord> = fc
  .record({
    name: fc.constantFrom(...HOSTS, ...HOSTS, "Shop.Sandbox.Test", "shop.example.org", ZONE),
    kind: fc.constantFrom("a", "a", "txt", "any"),
    class: fc.constantFrom(CLASS.in, CLASS.in, CLASS.none, CLASS.any, CLASS.any),
    ttlSeconds: fc.constantFrom(0, 0, 0, 60, 300),
    value: fc.constantFrom("127.0.0.2", "127.0.0.3"),
    empty: fc.boolean(),
  })
  .map(({ kind, value, empty, ...rest }) => {
    const { data } = kind === "txt" ? addText("x", value) : add("x", value);
    const isEmpty =
      kind === "any" || rest.class === CLASS.any || (empty && rest.class !== CLASS.in);
    const type = { a: TYPE.a, txt: TYPE.txt, any: TYPE.any }[kind] ?? TYPE.a;
    return { ...rest, type, data: isEmpty ? Buffer.alloc(0) : data };
  });
const parts = (maxLength: number) => fc.array(part, { maxLength });
const updates = fc.array(fc.record({ prerequisites: parts(2), changes: parts(4) }), {
  minLength: 1,
  maxLength: 4,
});
/** Where several parts are wrong, BIND names another one first than RFC 2136 does. */
const isPlain = ({ prerequisites, changes }: { prerequisites: unknown[]; changes: unknown[] }) =>
  prerequisites.length + changes.length < 2;

/** An empty value is not the same as none: this once held. */
const NO_VALUE = { ...removeAll(HOSTS[0] ?? "", TYPE.any), class: CLASS.in };

describeWhere("named", "the sandbox's name server and BIND", (binary) => {
  const key = NAMED_KEYS[0] as TsigKey;
  const { ask, update } = createTestClient();
  let named: Awaited<ReturnType<typeof startNamed>>;
  beforeAll(async () => {
    named = await startNamed(binary, { port: await freePort() });
  }, 20_000);
  afterAll(() => named.stop());

  test("any updates leave both with the same answers", async () => {
    await fc.assert(
      fc.asyncProperty(updates, async (all) => {
        const clock = new SystemClock();
        const own = createNameServer({ zone: ZONE, address: "127.0.0.1", records: [], key, clock });
        const listener = await openDnsListener((message, via) => own.answer(message, via));
        const servers = [listener.text, named.text];
        try {
          for (const server of servers) await resetZone(server, key);
          for (const one of all) {
            const [ours, theirs] = await Promise.all(servers.map((server) => outcome(server, one)));
            expect(ours === "done").toBe(theirs === "done");
            if (isPlain(one)) expect(ours).toBe(theirs);
          }
          expect(await look(listener.text)).toEqual(await look(named.text));
        } finally {
          await listener.close();
        }
      }),
      { numRuns: 100, examples: [[[{ prerequisites: [NO_VALUE], changes: [] }]]] },
    );
  }, 60_000);

  async function outcome(server: string, change: Parameters<typeof update>[2]): Promise<string> {
    return await update(server, key, change).then(
      () => "done",
      (error: unknown) => `${codeOf(error)} ${reasonOf(error).split(" answered ").at(1)}`,
    );
  }

  async function look(server: string) {
    const types = [TYPE.a, TYPE.txt];
    const asked = [...HOSTS, ZONE].flatMap((name) => types.map((type) => ask(server, name, type)));
    const sets = await Promise.all(asked);
    return sets.map((set) =>
      set.map(({ ttlSeconds, data }) => `${ttlSeconds} ${data.toString("hex")}`).sort(),
    );
  }
});
