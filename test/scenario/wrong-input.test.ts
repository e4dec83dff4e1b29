import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Child, runCli } from "./child.ts";
import { SHORT } from "./short-runbook.ts";
import { OF_A_WORLD_MS, openWorld, type World } from "./world.ts";
import { BY_HAND } from "./world-file.ts";

test(
  "a wrong config starts nothing, and every problem is named with its place",
  async () => {
    const world = await openWorld();
    try {
      const text = readFileSync(world.description.config, "utf8");
      const from = text.indexOf("  - name: shop");
      const own = text.slice(from, text.indexOf("\n#", from));
      const wrong = text
        .replace(own, `${own}\n${own}`)
        .replace("storage:", "storag: {}\nstorage:")
        .replace("quorum: 2", 'quorum: "two"')
        .replace("file/tsig-key", "env/NO_SUCH_SECRET");
      const file = join(world.directory, "wrong.yaml");
      writeFileSync(file, wrong);
      const { status, err } = await runCli(["serve", file]);
      expect(status).toBe(78);
      const placeOf = (part: string, from = 0) => {
        const before = wrong.slice(0, wrong.indexOf(part, from)).split("\n");
        return `wrong.yaml:${before.length}:${(before.at(-1) ?? "").length + 1}`;
      };
      expect(err).toContain("GL_CONFIG");
      expect(err).toMatch(new RegExp(`${placeOf("storag:")} storag: .*`));
      expect(err).toMatch(new RegExp(`${placeOf('"two"')} .*quorum: .*`));
      expect(err).toMatch(new RegExp(`${placeOf("env/NO_SUCH_SECRET")} .*NO_SUCH_SECRET`));
      const second = wrong.lastIndexOf("- name: shop");
      expect(err).toMatch(new RegExp(`${placeOf("shop", second)} applications.1..name: .*`));
      expect(existsSync(join(world.directory, "data"))).toBe(false);
    } finally {
      await world.close();
    }
  },
  OF_A_WORLD_MS,
);

describe("a running one", () => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld({ config: BY_HAND, runbooks: [SHORT] });
    await world.panel.kill("green", "api");
  }, OF_A_WORLD_MS);

  afterAll(() => world.close());

  test(
    "a cluster that is away at the first start: it serves, and says what is missing",
    async () => {
      await world.start();
      const why = /every cluster must answer, and green does not: .*ECONNREFUSED/;
      const { action } = await world.explained(({ reasons }) =>
        reasons.some(({ code, text }) => code === "adoption" && why.test(text)),
      );
      expect(action).toBe("hold");
      const severity = "page";
      expect(await world.told(/every cluster must answer/)).toMatchObject({ severity });
      expect(await world.application()).toMatchObject({ primary: null, epoch: null });
      await world.panel.heal();
      await world.settled();
      expect(await world.application()).toMatchObject({ primary: "blue", epoch: 0 });
    },
    OF_A_WORLD_MS,
  );

  test.each([
    [{ application: "shop", kind: "failover", force: true }, "/force"],
    [{ application: 7, kind: "failover" }, "/application"],
    [{ application: "shop" }, "/kind"],
    [{ application: "shop", kind: "failover", reason: "two\nlines" }, "/reason"],
  ])("the body %j is refused at %s", async (body, pointer) => {
    const answer = await world.serve.post("/v1/operations", body, { "idempotency-key": "bad" });
    expect(answer).toMatchObject({ status: 400, type: "application/problem+json" });
    expect(answer.json).toMatchObject({ code: "GL_INVALID", retryable: false });
    expect(answer.json.errors).toEqual([{ pointer, detail: expect.any(String) }]);
    expect(await world.operations()).toEqual([]);
  });

  test("what is no JSON is refused", async () => {
    const headers = { "idempotency-key": "bad" };
    const answer = await world.serve.post("/v1/operations", '{"application":', headers);
    expect(answer).toMatchObject({ status: 400, type: "application/problem+json" });
    expect(answer.json.code).toBe("GL_INVALID");
  });

  test(
    "a second process on its directory ends at once, and the first one goes on",
    async () => {
      const second = new Child(["serve", world.description.config]);
      expect(await second.exited({ withinMs: 20_000 })).toBe(75);
      expect(second.err).toMatch(/GL_DIRECTORY_LOCKED: .*data/);
      expect(await world.explain()).toMatchObject({ action: "stay", primary: "blue" });
    },
    OF_A_WORLD_MS,
  );

  test(
    "a second process on its port ends, too, and lets its own directory go",
    async () => {
      const { config } = world.description;
      const other = join(world.directory, "other.yaml");
      const text = readFileSync(config, "utf8");
      writeFileSync(other, text.replace(/directory: .*data"?/, "directory: ./other-data"));
      for (let time = 0; time < 2; time += 1) {
        const second = new Child(["serve", other]);
        expect(await second.exited({ withinMs: 20_000 })).toBe(78);
        expect(second.err).toMatch(/GL_LISTEN/);
      }
      expect(await world.explain()).toMatchObject({ action: "stay", primary: "blue" });
    },
    OF_A_WORLD_MS,
  );

  test(
    "the same request, sent twenty times at once, is one operation",
    async () => {
      const open = (body: object) =>
        world.serve.post("/v1/operations", body, { "idempotency-key": "once" });
      const body = { application: "shop", kind: "short-move" };
      const answers = await Promise.all(Array.from({ length: 20 }, () => open(body)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
      expect(new Set(answers.map(({ json }) => json.operation)).size).toBe(1);
      expect(await world.operations()).toHaveLength(1);
      expect(await open({ ...body, kind: "failover" })).toMatchObject({
        status: 409,
        json: { code: "GL_KEY_REUSED" },
      });
      await world.reached(answers[0]?.json.operation, "succeeded");
      expect(await world.operations()).toHaveLength(1);
    },
    OF_A_WORLD_MS,
  );
});
