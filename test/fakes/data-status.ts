import type { DataStatus } from "../../src/domain/data-status.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** Of a standby whose primary went away half a second ago, but for what is given. */
export function dataStatus(more: Partial<DataStatus>, clock: VirtualClock): DataStatus {
  return {
    epoch: 0,
    sequence: 0,
    engine: "test",
    role: "standby",
    linkUp: false,
    position: 10,
    lagMs: null,
    heartbeatAt: clock.wallMs() - 500,
    observedAt: clock.wallMs(),
    confidence: "estimated",
    reasons: [],
    ...more,
  };
}
