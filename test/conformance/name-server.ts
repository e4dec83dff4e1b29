import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { TYPE } from "../../src/adapters/dns-message/message.ts";
import {
  decodeAddress,
  decodeAuthority,
  decodeText,
} from "../../src/adapters/dns-message/record-data.ts";
import {
  TSIG_ALGORITHMS,
  type TsigAlgorithm,
  type TsigKey,
} from "../../src/adapters/dns-message/tsig.ts";
import {
  add,
  addText,
  createTestClient,
  holds,
  isAbsent,
  isThere,
  removeAll,
  removeOne,
  ZONE,
} from "../fakes/dns-test-client.ts";

export interface Subject {
  readonly name: string;
  /** The zone has its SOA, its NS, and `shop` at 127.0.0.2 for 300 s. */
  readonly open: (algorithm: TsigAlgorithm) => Promise<Opened>;
}

export interface Opened {
  /** As in a configuration's `servers`. */
  readonly server: string;
  readonly key: TsigKey;
  close(): Promise<void>;
}

const SHOP = `shop.${ZONE}`;
const OTHER = `other.${ZONE}`;

/** What an authoritative name server and our client owe each other: RFC 1035, 2136 and 8945. */
export function describeNameServer({ name, open }: Subject): void {
  describe(`${name} conforms`, () => {
    let opened: Opened;
    beforeEach(async () => {
      opened = await open("hmac-sha256");
    });
    afterEach(() => opened.close());

    const { ask, update } = createTestClient();
    const addresses = async (host: string) =>
      (await ask(opened.server, host, TYPE.a)).map(({ data }) => decodeAddress(data)).sort();
    const serial = async () => {
      const [soa] = await ask(opened.server, ZONE, TYPE.soa);
      return decodeAuthority(soa?.data ?? Buffer.alloc(0)).serial;
    };
    const change = (parts: Parameters<typeof update>[2]) =>
      update(opened.server, opened.key, parts);

    test("it answers for its zone alone, whatever the case", async () => {
      const [shop] = await ask(opened.server, "Shop.Sandbox.test", TYPE.a);
      expect(shop).toMatchObject({ ttlSeconds: 300, data: Buffer.from([127, 0, 0, 2]) });
      expect(await ask(opened.server, ZONE, TYPE.ns)).toHaveLength(1);
      expect(await ask(opened.server, SHOP, TYPE.txt)).toEqual([]);
      expect(await ask(opened.server, `nobody.${ZONE}`, TYPE.a)).toEqual([]);
      await expect(ask(opened.server, "example.org", TYPE.a)).rejects.toMatchObject({
        code: "GL_FORBIDDEN",
      });
    });

    test("an update is done, raises the serial, and compares before it swaps", async () => {
      const first = await serial();
      const swap = {
        prerequisites: [holds(add(SHOP, "127.0.0.2")), isAbsent(SHOP, TYPE.txt)],
        changes: [
          removeAll(SHOP, TYPE.a),
          add(SHOP, "127.0.0.3"),
          addText(SHOP, "x y"),
          add(OTHER, "127.0.0.9"),
        ],
      };
      await change(swap);
      expect(await serial()).toBeGreaterThan(first);
      expect(await addresses(SHOP)).toEqual(["127.0.0.3"]);
      const [text] = await ask(opened.server, SHOP, TYPE.txt);
      expect(decodeText(text?.data ?? Buffer.alloc(0))).toBe("x y");
      const second = await serial();
      await expect(change(swap)).rejects.toMatchObject({ code: "GL_CONFLICT" });
      expect(await serial()).toBe(second);
    });

    test.each([
      ["another value", [holds(add(SHOP, "127.0.0.3"))]],
      ["one value more", [holds(add(SHOP, "127.0.0.2")), holds(add(SHOP, "127.0.0.3"))]],
      ["a set that is there", [isAbsent(SHOP, TYPE.a)]],
      ["a set that is not there", [isThere(SHOP, TYPE.txt)]],
      ["a name that is there", [isAbsent(SHOP, TYPE.any)]],
      ["a name that is not there", [isThere(OTHER, TYPE.any)]],
      ["one of two", [isThere(SHOP, TYPE.a), isThere(OTHER, TYPE.a)]],
    ])("a prerequisite that does not hold stops all of it: %s", async (_, prerequisites) => {
      const changes = [add(OTHER, "127.0.0.9")];
      await expect(change({ prerequisites, changes })).rejects.toMatchObject({
        code: "GL_CONFLICT",
      });
      expect(await addresses(OTHER)).toEqual([]);
    });

    test("prerequisites that hold", async () => {
      const prerequisites = [
        isThere(SHOP, TYPE.a),
        isThere(SHOP, TYPE.any),
        isAbsent(OTHER, TYPE.any),
        isAbsent(SHOP, TYPE.txt),
        holds(add("SHOP.sandbox.test", "127.0.0.2")),
      ];
      await change({ prerequisites, changes: [add(OTHER, "127.0.0.9")] });
      expect(await addresses(OTHER)).toEqual(["127.0.0.9"]);
    });

    test("records are added and removed one by one and together, but never the zone itself", async () => {
      await change({ changes: [add(SHOP, "127.0.0.3", 60), add(SHOP, "127.0.0.3", 60)] });
      expect(await addresses(SHOP)).toEqual(["127.0.0.2", "127.0.0.3"]);
      const ttls = (await ask(opened.server, SHOP, TYPE.a)).map(({ ttlSeconds }) => ttlSeconds);
      expect(ttls).toEqual([60, 60]);
      await change({ changes: [removeOne(add(SHOP, "127.0.0.2")), addText(SHOP, "x")] });
      expect(await addresses(SHOP)).toEqual(["127.0.0.3"]);
      await change({ changes: [removeAll(SHOP, TYPE.any), removeAll(ZONE, TYPE.any)] });
      expect(await addresses(SHOP)).toEqual([]);
      expect(await ask(opened.server, ZONE, TYPE.ns)).toHaveLength(1);
      expect(await serial()).toBeGreaterThan(1);
    });

    test("what changes nothing raises no serial", async () => {
      const first = await serial();
      await change({ changes: [removeAll(OTHER, TYPE.a), add(SHOP, "127.0.0.2", 300)] });
      expect(await serial()).toBe(first);
    });

    test("what does not fit a datagram goes over TCP, both ways", async () => {
      const texts = ["a", "b", "c", "d"].map((letter) => addText(OTHER, letter.repeat(200)));
      await change({ changes: texts });
      expect(await ask(opened.server, OTHER, TYPE.txt)).toHaveLength(4);
    });

    test.each(TSIG_ALGORITHMS)("it takes %s", async (algorithm) => {
      const own = await open(algorithm);
      await update(own.server, own.key, { changes: [add(OTHER, "127.0.0.9")] });
      expect(await ask(own.server, OTHER, TYPE.a)).toHaveLength(1);
      await own.close();
    });

    test("a wrong key is refused, and the reason names no secret", async () => {
      const secret = Buffer.from("a wrong secret of some length");
      const changes = [add(SHOP, "127.0.0.9")];
      const by = (key: TsigKey) => update(opened.server, key, { changes });
      const failed = await by({ ...opened.key, secret }).catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: "GL_FORBIDDEN" });
      expect(failed).toHaveProperty("message", expect.stringContaining("(BADSIG)"));
      expect(String(failed)).not.toContain(secret.toString("base64"));
      await expect(by({ ...opened.key, name: "nobody" })).rejects.toThrow("nobody (BADKEY)");
      expect(await addresses(SHOP)).toEqual(["127.0.0.2"]);
    });

    test.each([3_600_000, -3_600_000])("a clock that is %d ms ahead is told", async (aheadMs) => {
      const { update: late } = createTestClient({ aheadMs });
      const side = aheadMs > 0 ? "behind ours" : "ahead of ours";
      const told = new RegExp(`\\(BADTIME\\): its clock is (3599|3600|3601) s ${side}`);
      await expect(
        late(opened.server, opened.key, { changes: [add(SHOP, "127.0.0.9")] }),
      ).rejects.toThrow(told);
      expect(await addresses(SHOP)).toEqual(["127.0.0.2"]);
    });

    test("another zone, and names beyond the zone", async () => {
      const elsewhere = add("shop.example.org", "127.0.0.9");
      await expect(change({ zone: "example.org", changes: [elsewhere] })).rejects.toMatchObject({
        code: "GL_NOT_FOUND",
      });
      await expect(change({ changes: [add(SHOP, "127.0.0.9"), elsewhere] })).rejects.toMatchObject({
        code: "GL_REJECTED",
      });
      expect(await addresses(SHOP)).toEqual(["127.0.0.2"]);
    });
  });
}
