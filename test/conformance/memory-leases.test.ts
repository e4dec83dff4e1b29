import { MemoryLeases } from "../fakes/memory-leases.ts";
import { VirtualClock } from "../fakes/virtual-clock.ts";
import { describeLeases } from "./leases.ts";

describeLeases({
  name: "memory leases",
  async open() {
    const clock = new VirtualClock();
    const leases = new MemoryLeases(clock, { networkMs: 5 });
    return {
      leases,
      run: (task) => clock.run(task),
      editForeign: async (application) => leases.label(application, { team: "shop" }),
      whyForeignLost: async (application) =>
        leases.labelsOf(application)["team"] === "shop" ? undefined : "label lost",
      close: async () => undefined,
    };
  },
});
