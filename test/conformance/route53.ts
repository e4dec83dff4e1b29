import type { Change, ResourceRecordSet } from "@aws-sdk/client-route-53";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Route53 } from "../../src/adapters/route53/route53.ts";
import { ZONE } from "../fakes/dns-test-client.ts";

export interface Subject {
  readonly name: string;
  /** Where it is known to differ from the API that it stands for: those tests must fail. */
  readonly differences?: ReadonlySet<Difference>;
  /** The zone has its SOA, its NS, and `shop` at 127.0.0.2 for 300 s. */
  readonly open: () => Promise<Opened>;
}

interface Opened {
  readonly route53: Route53;
  /** The same API with credentials that nobody gave out. */
  readonly stranger: Route53;
  readonly hostedZone: string;
  close(): Promise<void>;
}

/** What another server may get wrong. Each is one test below. */
export type Difference =
  | "a DELETE of a value of the past"
  | "a DELETE of another weight"
  | "a CREATE beside what is there"
  | "a batch half done"
  | "the same CREATE as before, after its DELETE"
  | "simple beside weighted"
  | "pages within one name and type"
  | "change ids"
  | "credentials";

const SHOP = `shop.${ZONE}`;
const OTHER = `other.${ZONE}`;
const PAIR = `_greenlight.${SHOP}`;

export const a = (name: string, value: string, TTL = 300): ResourceRecordSet => ({
  Name: name,
  Type: "A",
  TTL,
  ResourceRecords: [{ Value: value }],
});
const txt = (name: string, value: string, TTL = 300): ResourceRecordSet => ({
  Name: name,
  Type: "TXT",
  TTL,
  ResourceRecords: [{ Value: `"${value}"` }],
});
export const weighted = (id: string, value: string, Weight: number): ResourceRecordSet => ({
  ...a(SHOP, value),
  SetIdentifier: id,
  Weight,
});
const doing = (Action: "CREATE" | "DELETE" | "UPSERT") => (set: ResourceRecordSet) => ({
  Action,
  ResourceRecordSet: set,
});
export const create = doing("CREATE");
export const remove = doing("DELETE");
const upsert = doing("UPSERT");

/** What Route 53's API and our adapter owe each other, as far as the driver uses it. */
export function describeRoute53({ name, open, differences }: Subject): void {
  describe(`${name} conforms`, () => {
    let opened: Opened;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    const differing = (difference: Difference) =>
      differences?.has(difference) ? test.failing : test;
    const { signal } = new AbortController();
    const change = (...changes: Change[]) =>
      opened.route53.change(opened.hostedZone, { changes, comment: "a test" }, signal);
    const setsAt = async (host: string) => {
      const { sets } = await opened.route53.list(opened.hostedZone, { name: host }, signal);
      return sets.filter((set) => set.Name === `${host}.`);
    };
    const told = (set: ResourceRecordSet) => ({ ...set, Name: `${set.Name}.` });
    const CONFLICT = { code: "GL_CONFLICT" };

    test("it lists from a name on, what is below it next, with all that a DELETE takes", async () => {
      await change(create(txt(PAIR, "epoch=1 sequence=2")), create(a(OTHER, "127.0.0.9", 60)));
      const { sets, next } = await opened.route53.list(opened.hostedZone, { name: SHOP }, signal);
      expect(next).toBeUndefined();
      const first = [a(SHOP, "127.0.0.2"), txt(PAIR, "epoch=1 sequence=2")].map(told);
      expect(sets).toMatchObject(first);
      const from = { name: PAIR, type: "TXT" } as const;
      const there = await opened.route53.list(opened.hostedZone, from, signal);
      expect(there.sets).toMatchObject(first.slice(1));
      const all = await opened.route53.list(opened.hostedZone, { name: ZONE }, signal);
      expect(all.sets.map(({ Type }) => Type).slice(0, 2)).toEqual(["NS", "SOA"]);
      await change(...sets.map(remove));
      expect(await setsAt(SHOP)).toEqual([]);
    });

    test("pages follow each other", async () => {
      await change(create(txt(PAIR, "x")), create(a(OTHER, "127.0.0.9")));
      const first = await opened.route53.list(
        opened.hostedZone,
        { name: OTHER, maxItems: 1 },
        signal,
      );
      expect(first).toMatchObject({ sets: [{ Name: `${OTHER}.` }], next: { name: `${SHOP}.` } });
      const from = { name: SHOP, type: "A", maxItems: 1 } as const;
      const second = await opened.route53.list(opened.hostedZone, from, signal);
      expect(second.next).toMatchObject({ name: `${PAIR}.`, type: "TXT" });
    });

    differing("pages within one name and type")("pages within one name and type", async () => {
      await change(remove(a(SHOP, "127.0.0.2")));
      await change(
        create(weighted("blue", "127.0.0.2", 1)),
        create(weighted("green", "127.0.0.3", 0)),
      );
      const from = { name: SHOP, type: "A", maxItems: 1 } as const;
      const { next } = await opened.route53.list(opened.hostedZone, from, signal);
      expect(next).toEqual({ name: `${SHOP}.`, type: "A", identifier: "green" });
      const second = { ...from, identifier: "green" };
      const { sets } = await opened.route53.list(opened.hostedZone, second, signal);
      expect(sets).toMatchObject([{ SetIdentifier: "green", Weight: 0 }]);
    });

    test("a change is in the zone at once, and in sync in the end", async () => {
      const { id } = await change(upsert(a(SHOP, "127.0.0.3", 60)));
      expect(id).toMatch(/^[A-Z0-9]{5,32}$/);
      expect(await setsAt(SHOP)).toMatchObject([told(a(SHOP, "127.0.0.3", 60))]);
      expect(await opened.route53.isInSync(id, signal)).toBe(true);
    });

    differing("change ids")(
      "each change has an id of its own, and others are unknown",
      async () => {
        const first = await change(upsert(a(SHOP, "127.0.0.3")));
        const second = await change(upsert(a(SHOP, "127.0.0.3")));
        expect(second.id).not.toBe(first.id);
        const unknown = opened.route53.isInSync("C0NOBODYKNOWSIT", signal);
        await expect(unknown).rejects.toMatchObject({ code: "GL_NOT_FOUND" });
      },
    );

    test("a DELETE and a CREATE in one batch compare and swap", async () => {
      const [one, two, three] = ["epoch=1 sequence=1", "epoch=1 sequence=2", "epoch=1 sequence=3"];
      await change(create(txt(PAIR, one)));
      await change(remove(txt(PAIR, one)), create(txt(PAIR, two)), upsert(a(SHOP, "127.0.0.3")));
      expect(await setsAt(PAIR)).toMatchObject([told(txt(PAIR, two))]);
      const late = change(
        remove(txt(PAIR, three)),
        create(txt(PAIR, one)),
        upsert(a(SHOP, "127.0.0.4")),
      );
      await expect(late).rejects.toMatchObject(CONFLICT);
      expect(await setsAt(SHOP)).toMatchObject([told(a(SHOP, "127.0.0.3"))]);
      expect(await setsAt(PAIR)).toMatchObject([told(txt(PAIR, two))]);
    });

    differing("a DELETE of a value of the past")("a DELETE of a value of the past", async () => {
      await change(create(txt(PAIR, "old")));
      await change(remove(txt(PAIR, "old")), create(txt(PAIR, "new")));
      const late = change(remove(txt(PAIR, "old")), create(txt(PAIR, "late")));
      await expect(late).rejects.toMatchObject(CONFLICT);
      expect(await setsAt(PAIR)).toMatchObject([told(txt(PAIR, "new"))]);
    });

    differing("the same CREATE as before, after its DELETE")(
      "the same CREATE as before, after its DELETE",
      async () => {
        await change(create(txt(PAIR, "same")));
        await change(remove(txt(PAIR, "same")), create(txt(PAIR, "same")));
        expect(await setsAt(PAIR)).toHaveLength(1);
      },
    );

    differing("a CREATE beside what is there")("a CREATE beside what is there", async () => {
      await change(create(txt(PAIR, "one")));
      await expect(change(create(txt(PAIR, "two")))).rejects.toMatchObject(CONFLICT);
      expect(await setsAt(PAIR)).toMatchObject([told(txt(PAIR, "one"))]);
    });

    test.each([
      ["another value", remove(a(SHOP, "127.0.0.8"))],
      ["another TTL", remove(a(SHOP, "127.0.0.2", 60))],
      ["nothing", remove(a(`nobody.${ZONE}`, "127.0.0.2"))],
      ["another type", remove(txt(SHOP, "127.0.0.2"))],
    ])("a DELETE of %s stops the whole batch", async (_, wrong) => {
      const batch = change(upsert(a(OTHER, "127.0.0.9")), wrong, upsert(a(SHOP, "127.0.0.3")));
      await expect(batch).rejects.toMatchObject(CONFLICT);
      expect(await setsAt(OTHER)).toEqual([]);
      expect(await setsAt(SHOP)).toMatchObject([told(a(SHOP, "127.0.0.2"))]);
    });

    differing("a batch half done")("a name beyond the zone stops the whole batch", async () => {
      const batch = change(
        upsert(a(OTHER, "127.0.0.9")),
        create(a("shop.example.org", "127.0.0.9")),
      );
      await expect(batch).rejects.toMatchObject(CONFLICT);
      expect(await setsAt(OTHER)).toEqual([]);
    });

    test("weighted records are swapped together, and keep what else they have", async () => {
      const pair = [weighted("blue", "127.0.0.2", 1), weighted("green", "127.0.0.3", 0)] as const;
      await change(remove(a(SHOP, "127.0.0.2")));
      await change(...pair.map(create));
      expect(await setsAt(SHOP)).toMatchObject(pair.map(told));
      const next = [weighted("blue", "127.0.0.2", 0), weighted("green", "127.0.0.3", 1)] as const;
      await change(...pair.map(remove), ...next.map(create));
      const sets = await setsAt(SHOP);
      expect(sets).toHaveLength(2);
      for (const set of next.map(told)) expect(sets).toContainEqual(expect.objectContaining(set));
    });

    differing("a DELETE of another weight")("a DELETE of another weight", async () => {
      await change(remove(a(SHOP, "127.0.0.2")));
      await change(create(weighted("blue", "127.0.0.2", 1)));
      const late = change(remove(weighted("blue", "127.0.0.2", 7)));
      await expect(late).rejects.toMatchObject(CONFLICT);
    });

    differing("simple beside weighted")("simple beside weighted", async () => {
      const beside = change(create(weighted("blue", "127.0.0.2", 1)));
      await expect(beside).rejects.toMatchObject(CONFLICT);
      expect(await setsAt(SHOP)).toHaveLength(1);
    });

    test("a zone that is not there", async () => {
      const NOT_FOUND = { code: "GL_NOT_FOUND" };
      const { route53 } = opened;
      await expect(route53.list("Z0NOBODY", { name: SHOP }, signal)).rejects.toMatchObject(
        NOT_FOUND,
      );
      const batch = { changes: [upsert(a(SHOP, "127.0.0.3"))], comment: "" };
      await expect(route53.change("Z0NOBODY", batch, signal)).rejects.toMatchObject(NOT_FOUND);
    });

    differing("credentials")("credentials that nobody gave out", async () => {
      const { stranger, hostedZone } = opened;
      const asked = stranger.list(hostedZone, { name: SHOP }, signal);
      await expect(asked).rejects.toMatchObject({ code: "GL_FORBIDDEN" });
    });
  });
}
