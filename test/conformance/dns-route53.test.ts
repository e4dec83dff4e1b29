import { ZONE } from "../fakes/dns-test-client.ts";
import { openRoute53Rig } from "../fakes/route53-rig.ts";
import { describeDriver } from "./driver.ts";

const foreign = { name: `mail.${ZONE}`, type: "A", ttlSeconds: 60, value: "192.0.2.9" } as const;

describeDriver({
  name: "dns/route53 against the sandbox's Route 53",
  async open() {
    const { createDriver, gate, server, close } = await openRoute53Rig();
    return {
      driver: createDriver(),
      desired: [{ address: "127.0.0.3" }, { address: "127.0.0.4" }],
      run: (task) => task(),
      writes: () => gate.writes,
      hang: (call) => gate.hang(call),
      beforeNextWrite: (meddle) => gate.beforeNextWrite(meddle),
      editForeign: async () => server.names.set([foreign]),
      whyForeignLost: async () =>
        server.names.records().some(({ name }) => name === foreign.name) ? undefined : "it is gone",
      close,
    };
  },
});
