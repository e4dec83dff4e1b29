import { expect } from "@jest/globals";
import { seeDeployment, seeLease } from "./namespace.ts";
import { ADDRESSES, type Side } from "./side.ts";
import { REPLICAS, type World } from "./world.ts";

/** As whoever looks at each part by itself sees it, after that operation. */
export async function movedTo(world: World, side: Side, id: string): Promise<void> {
  const { store, plane } = world[side];
  const { plan, events } = await world.operator.operation(id);
  const { epoch } = await world.operator.application();
  expect(await seeLease(plane)).toMatchObject({ epoch: String(epoch), primary: side });
  expect(await seeDeployment(plane)).toMatchObject({ replicas: REPLICAS, available: REPLICAS });
  expect(await store.sql("select pg_is_in_recovery() as standby")).toEqual([{ standby: false }]);
  expect(await world.names.answers()).toEqual([[ADDRESSES[side]], [ADDRESSES[side]]]);
  for (const step of plan.steps) {
    const types = events.flatMap((event) =>
      "step" in event && event.step === step.id ? [event.type] : [],
    );
    const result = types.at(-1);
    // Of what did not answer, and is owed, nothing was seen that an intent could be about.
    const isOwed = step.owes !== undefined && result === "step.failed";
    const isChange = !step.uses.startsWith("gate/");
    const wanted = isChange && !isOwed ? ["step.intended", "step.reached"] : types.slice(-1);
    expect([step.id, types]).toEqual([step.id, expect.arrayContaining(wanted)]);
    expect([step.id, result]).toEqual([step.id, isOwed ? "step.failed" : "step.reached"]);
  }
}
