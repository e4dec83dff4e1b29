import { jest } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { MemoryAlarms } from "../fakes/memory-alarms.ts";
import { describeAlarms } from "./alarms.ts";

// It goes by real time, on a machine that has other things to do.
jest.setTimeout(60_000);

describeAlarms({
  name: "memory alarms",
  open: async () => new MemoryAlarms(new SystemClock()),
  empty: async (alarms) => (alarms as MemoryAlarms).empty(),
});
