import { expect, test } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { bindGate } from "../../src/drivers/gate/registry.ts";
import type { Gate } from "../../src/engine/work.ts";
import { application } from "../fakes/circumstances.ts";
import { eventually } from "../fakes/until.ts";
import { followUnwound, rewind } from "../servers/rewind.ts";
import { WatchedPair } from "../servers/watched-pair.ts";

const at = new WatchedPair();
const { signal } = new AbortController();

/** A step of a move of the pair from green to blue, by what it really looks at. */
function gateHome(uses: "gate/data-ready" | "gate/caught-up", desired: object): Gate {
  const about = { application, subject: "store", from: "green", to: "blue" };
  const look = async (_: string, cluster: string) => {
    // As it is all the time: whoever looks at a primary makes it beat.
    if (cluster === "blue") await at.look("green");
    return await at.look(cluster as "blue" | "green");
  };
  return bindGate({ uses, desired: { ...desired } }, about, {
    clock: new SystemClock(),
    envoys: async () => [],
    look,
  });
}

const readyHome = () => gateHome("gate/data-ready", { maxLagMs: 1_000 });
const ids = async (side: "primary" | "standby") =>
  (await at.pair[side].sql("select id from orders order by id")).map(({ id }) => id);

/** Blue was left as planned, and green has taken writes since. */
async function moveAway(): Promise<void> {
  await at.order("before");
  await at.apply("blue", "fenced", 1);
  const last = await at.look("blue");
  await at.once(({ position }) => position >= last.position);
  await at.apply("green", "primary", 2);
  await at.pair.standby.sql("insert into orders values ('after')", { user: "app" });
}

test("a former primary is a DBA's; once he has rewound it, it is seen to follow and goes home proven", async () => {
  await moveAway();
  const owed = {
    code: "GL_REJECTED",
    message: expect.stringMatching(/pg_rewind.*data-postgres\.md/),
  };
  await expect(at.apply("blue", "standby", 3)).rejects.toMatchObject(owed);
  expect(await readyHome().whyNot(signal)).toBe("store on blue is fenced, not standby");

  await rewind(at.pair.primary, at.pair.standby);
  // Nobody tells Greenlight: it looks, and what was owed is as it was wanted.
  await eventually(async () => (await readyHome().whyNot(signal)) === undefined, {
    withinMs: 20_000,
    everyMs: 50,
  });
  const back = await at.look("blue");
  expect(back).toMatchObject({ role: "standby", linkUp: true, confidence: "estimated" });
  expect(at.driver("blue").whyNotReached(back, { role: "standby" })).toBeUndefined();
  expect(await ids("primary")).toEqual(["after", "before"]);

  await at.pair.standby.sql("insert into orders values ('last')", { user: "app" });
  const caughtUp = gateHome("gate/caught-up", {});
  expect(await caughtUp.whyNot(signal)).toBe(
    "store on green is primary, not fenced: it may take more",
  );
  await at.apply("green", "fenced", 4);
  await eventually(async () => (await caughtUp.whyNot(signal)) === undefined, { withinMs: 10_000 });
  expect(await at.look("green")).toMatchObject({ role: "fenced", confidence: "proven" });
  await at.apply("blue", "primary", 5);
  // What the fence had set on green came with no file: blue takes writes at once.
  await at.pair.primary.sql("insert into orders values ('home')", { user: "app" });
  expect(await at.look("blue")).toMatchObject({
    role: "primary",
    sequence: 5,
    confidence: "proven",
  });
  expect(await ids("primary")).toEqual(["after", "before", "home", "last"]);
}, 60_000);

test("a former primary that was only restarted, as a standby without a rewind, is not let home", async () => {
  await moveAway();
  // It has a history of its own: its log goes on where green's does not.
  await at.pair.primary.sql("begin read write; insert into orders values ('own'); commit");
  const green = at.pair.standby;
  await followUnwound(at.pair.primary, green);
  const seen = new Set<string | undefined>();
  const reasons = new Set<string>();
  // It asks again and again: at each moment it must be known for what it is.
  for (let looks = 0; looks < 200; looks += 1) {
    seen.add(await readyHome().whyNot(signal));
    for (const reason of (await at.look("blue")).reasons) reasons.add(reason);
  }
  expect([...seen]).toEqual(["store on blue does not hear from its primary"]);
  expect([...reasons].join()).toContain("run pg_rewind");
}, 60_000);
