import { create } from "../../src/drivers/lease/primary.ts";
import { comeBetween } from "../fakes/come-between.ts";
import { MemoryLeases } from "../fakes/memory-leases.ts";
import { VirtualClock } from "../fakes/virtual-clock.ts";
import { describeDriver } from "./driver.ts";

describeDriver({
  name: "lease/primary",
  async open() {
    const clock = new VirtualClock();
    const application = "shop";
    const [blue, green] = [1, 2].map(() => new MemoryLeases(clock, { networkMs: 5 }));
    if (!blue || !green) throw new Error("no leases");
    const first = { epoch: 0, sequence: 0, primary: "blue", durationMs: 5_000, holder: "worker-1" };
    for (const leases of [blue, green]) leases.write(application, { seen: undefined, next: first });
    let primary = "blue";
    let changes = 0;
    return {
      driver: create({ application, clusters: { blue, green }, decisive: "green", clock }),
      desired: [{ primary: "green" }, { primary: "yellow" }],
      run: (task) => clock.run(task),
      changes: () => {
        if (green.look(application)?.primary !== primary) changes += 1;
        primary = green.look(application)?.primary ?? "";
        return changes;
      },
      writes: () => green.writes,
      ...comeBetween(green),
      editForeign: async () => green.label(application, { team: "shop" }),
      whyForeignLost: async () => {
        if (green.labelsOf(application)["team"] !== "shop") return "label lost";
        return green.look(application)?.holder === "worker-1" ? undefined : "holder lost";
      },
      close: async () => undefined,
    };
  },
});
