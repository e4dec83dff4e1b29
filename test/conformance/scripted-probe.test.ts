import { ScriptedProbe } from "../fakes/scripted-probe.ts";
import { VirtualClock } from "../fakes/virtual-clock.ts";
import { describeProbe } from "./probe.ts";

describeProbe({
  name: "scripted probe",
  async open() {
    const clock = new VirtualClock();
    const probe = new ScriptedProbe(clock, { name: "front", cluster: "blue", layer: "public" });
    return {
      probe,
      run: (task) => clock.run(task),
      ills: (["refused", "timeout", "unready"] as const).map((answer) => ({
        what: answer,
        answer,
        begin: async () => {
          probe.says = { answer };
        },
      })),
      close: async () => undefined,
    };
  },
});
