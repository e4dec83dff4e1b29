import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { eventually } from "../fakes/until.ts";
import { describeWithRight } from "../integration/describe-where.ts";
import { SmallDisk } from "./small-disk.ts";
import { OF_A_WORLD_MS, openSettledWorld } from "./world.ts";

const SOON = { withinMs: 30_000, everyMs: 100 };

async function outlive(disk: SmallDisk): Promise<void> {
  const directory = join(disk.directory, "data");
  const world = await openSettledWorld({ config: [[["storage", "directory"], directory]] });
  try {
    const { serve, panel } = world;
    disk.fill();
    await eventually(async () => (await serve.api("/readyz")).status === 503, SOON);
    const { why } = (await serve.api("/readyz")).json;
    expect(why).toMatch(/the journal can't be written: GL_STORAGE_AWAY.*(ENOSPC|No space left)/);
    const page = await world.told(/journal can't be written/);
    expect(page).toMatchObject({ severity: "page", text: expect.stringContaining("df -h") });
    expect((await serve.api("/livez")).status).toBe(200);

    await panel.kill("blue");
    const held = await world.told(/it could not be opened/);
    expect(held).toMatchObject({ severity: "page", application: "shop" });
    expect(await world.operations()).toEqual([]);

    disk.free();
    await eventually(async () => (await serve.api("/readyz")).status === 200, SOON);
    expect((await world.told(/journal can be written again/)).severity).toBe("info");
    await eventually(async () => {
      const [one] = await world.operations();
      return one?.state === "succeeded";
    }, SOON);
    await world.movedTo("green");
    const titles = world.inbox.messages.map(({ title }) => title);
    expect(titles.filter((title) => title.includes("can't be written"))).toHaveLength(1);
  } finally {
    await world.close();
  }
}

// Where nobody may mount one, test/unit/engine/watched-journal.test.ts has a journal that is full.
const disk = SmallDisk.mount();
afterAll(() => disk?.close());

describeWithRight(disk ? undefined : "no file system may be mounted here", "a full disk", () => {
  test(
    "pages people and is said by /readyz, and an outage meanwhile is seen to later",
    () => outlive(disk as SmallDisk),
    OF_A_WORLD_MS,
  );
});
