import { describe, expect, test } from "@jest/globals";
import { createRig } from "../../fakes/rig.ts";
import { createSwitch } from "../../fakes/switch.ts";

const rules = { needs: [], timeoutMs: 10_000, onFailure: "undo" } as const;
const final = { ...rules, onFailure: "hold", irreversible: true } as const;
const restorable = { restoring: () => createSwitch() };

describe("a hold", () => {
  const stuck = () => {
    const action = createSwitch({ apply: async () => undefined });
    const rig = createRig([
      { ...final, id: "a", action },
      { ...rules, id: "b", needs: ["a"], onFailure: "hold", action: createSwitch() },
    ]);
    return { rig, action };
  };

  test("is written once, and when it was answered the failed step is tried again", async () => {
    const { rig, action } = stuck();
    expect(await rig.clock.run(() => rig.lead())).toBe("waiting");
    expect(await rig.clock.run(() => rig.lead())).toBe("waiting");
    expect((await rig.types()).filter((type) => type === "operation.held")).toHaveLength(1);
    action.on = true;
    await rig.record({ type: "operation.resumed", number: 1, by: "alice" });
    expect(await rig.clock.run(() => rig.lead())).toBe("succeeded");
    const intents = (await rig.journal.read("op")).filter(({ type }) => type === "step.intended");
    expect(intents).toMatchObject([
      { step: "a", attempt: 1, before: false },
      { step: "a", attempt: 2, before: false },
      { step: "b", attempt: 1 },
    ]);
  });

  test("that was answered in vain is followed by the next", async () => {
    const { rig } = stuck();
    await rig.clock.run(() => rig.lead());
    await rig.record({ type: "operation.resumed", number: 1, by: "alice" });
    expect(await rig.clock.run(() => rig.lead())).toBe("waiting");
    const holds = (await rig.journal.read("op")).filter(({ type }) => type === "operation.held");
    expect(holds).toMatchObject([{ number: 1 }, { number: 2 }]);
  });
});

describe("aborted", () => {
  const slow = (more = {}) => {
    const action = createSwitch({
      ...restorable,
      apply: async ({ signal }) => {
        await rig.clock.sleep(2_000, signal);
        action.on = true;
      },
    });
    const rig = createRig([
      { ...rules, id: "a", ...more, action },
      { ...rules, id: "b", needs: ["a"], onFailure: "hold", action: createSwitch() },
    ]);
    const lead = () =>
      rig.clock.run(async () => {
        const leading = rig.lead();
        await rig.clock.sleep(1_000, rig.stop.signal);
        await rig.record({ type: "operation.aborting", by: "alice" });
        rig.bell.ring();
        return await leading;
      });
    return { rig, lead };
  };

  test("before the point of no return: what runs is awaited, then all is taken back", async () => {
    const { rig, lead } = slow();
    expect(await lead()).toBe("undone");
    expect(await rig.types()).toEqual([
      "operation.opened",
      "step.intended",
      "operation.aborting",
      "step.reached",
      "undo.intended",
      "undo.reached",
      "operation.ended",
    ]);
  });

  test("after it: it goes on to its end", async () => {
    const { rig, lead } = slow({ onFailure: "hold", irreversible: true });
    expect(await lead()).toBe("succeeded");
    expect(await rig.stepsOf("step.reached")).toEqual(["a", "b"]);
  });
});
