import type { JournalEvent } from "../../src/domain/event.ts";
import type { OperationSummary } from "../../src/runtime/control.ts";
import type { HoldPlace } from "./call.ts";
import type { ClusterSeen } from "./cluster-seen.ts";
import { World } from "./world.ts";

/** Where a drill is when blue dies: in which of its steps, by a call of it that gets no answer. */
export interface PreemptedAt {
  readonly name: string;
  readonly place: HoldPlace;
  /** So many such calls go without an answer. */
  readonly times?: number;
}

interface Preempted {
  readonly events: readonly JournalEvent[];
  readonly operations: readonly OperationSummary[];
  readonly green: ClusterSeen;
  readonly servedBy: string;
}

/** An outage that begins while a drill is there, in a healthy world. */
export async function runPreempted(at: PreemptedAt, data: string): Promise<Preempted> {
  const world = await World.open(data);
  try {
    world.start();
    await world.untilHealthy();
    const { panel } = world;
    // A call without an answer is made again: the next ones are held, too, until the outage is seen.
    const holds: string[] = [];
    for (let time = 0; time < (at.times ?? TIMES); time += 1)
      holds.push(await panel.hold(at.place, "before"));
    // The same request again, where a busy machine did not answer in time.
    await world.until("it is asked for", async () => (await world.request("drill")) !== "");
    await panel.untilHeld(holds[0] ?? "");
    await panel.killBlue();
    await world.until("it moves", async () => (await world.operations()).length > 1);
    for (const hold of holds) await panel.release(hold, "drop");
    await world.until("it has moved", async () =>
      (await world.operations()).every(({ ended }) => ended),
    );
    const green = await world.look("green");
    const servedBy = await world.order("late", green.zone.addresses[0] ?? "").catch(String);
    const operations = await world.operations();
    return { events: await world.journal(), operations, green, servedBy };
  } finally {
    await world.close();
  }
}

/** What is not as it must be: the drill ends as it is, and the move goes by what the drill had found. */
export function* whyNotPreempted(seen: Preempted): Generator<string> {
  const { events, operations, green, servedBy } = seen;
  const [move, drill, ...others] = operations;
  if (!move || !drill || others.length > 0) return yield `${operations.length} operations, not 2`;
  if (drill.ended?.outcome !== "preempted") yield `the drill ended ${drill.ended?.outcome}`;
  if (move.ended?.outcome !== "succeeded") yield `the move ended ${move.ended?.outcome}`;
  const of = (id: string) => events.filter(({ stream }) => stream === id);
  const last = of(drill.id).at(-1);
  if (last?.type !== "operation.ended" || last.reason !== move.id)
    yield `the drill's last word is ${JSON.stringify(last)}`;
  const befores = (id: string) =>
    of(id).flatMap((event) =>
      event.type === "step.intended" && event.step === "scale" ? [event.before] : [],
    );
  const [found] = befores(drill.id);
  for (const before of befores(move.id))
    if (JSON.stringify(before) !== JSON.stringify(found ?? before))
      yield `the move goes back to ${JSON.stringify(before)}, the drill had found ${JSON.stringify(found)}`;
  if (green.workload.replicas !== REPLICAS) yield `green has ${green.workload.replicas} replicas`;
  if (green.store.role !== "primary") yield `green's store is ${green.store.role}`;
  if (green.zone.addresses.join() !== "127.0.0.3")
    yield `the name says ${green.zone.addresses.join()}`;
  if (servedBy !== "green") yield `an order was taken by ${servedBy}`;
}

const REPLICAS = 2;
/** Each is given up after a second. */
const TIMES = 8;
