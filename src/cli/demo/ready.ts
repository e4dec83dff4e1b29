import { codeOf } from "../../domain/errors.ts";
import type { Explanation } from "../../domain/explain.ts";
import type { ApplicationStatus } from "../../runtime/control.ts";
import type { EventPage } from "./follow.ts";
import type { World } from "./world.ts";

/**
 * Waits until all is well and everything is known that a decision may need later: who is primary,
 * how large the workloads are, how far the standby's store is. Its result is the journal's position.
 */
export async function untilReady(world: World): Promise<number> {
  return await world.until(() => whatIsReady(world));
}

async function whatIsReady({ client }: World): Promise<number | undefined> {
  try {
    await client.text("/readyz");
    const { primary, clusters } = await client.get<ApplicationStatus>("/v1/applications/shop");
    if (primary !== "blue" || clusters.some(({ verdict }) => verdict !== "healthy"))
      return undefined;
    const { guards } = await client.get<Explanation>("/v1/applications/shop/explain");
    if (guards.some(({ name, whyNot }) => whyNot !== undefined && !IDLE.includes(name)))
      return undefined;
    const { events, position } = await client.get<EventPage>("/v1/events?after=0");
    const types = new Set(events.map(({ type }) => type));
    return types.has("application.adopted") && types.has("workload.seen") ? position : undefined;
  } catch (error) {
    if (codeOf(error) === "GL_UNREACHABLE") return undefined;
    throw error;
  }
}

/** Forbids a move while all is well; `loss-bound` then does not know of when it should speak. */
const IDLE: readonly string[] = ["verdict"];
