import { expect, test } from "@jest/globals";
import { closedAfterEach, WITH_FLEET_MS } from "../servers/fleets.ts";

const open = closedAfterEach();

const leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

test(
  "an API that is there before any worker looks at the clusters, and writes no Lease",
  async () => {
    const fleet = await open();
    const { world } = fleet;
    await fleet.answer();
    const said = await world.explained(({ reasons }) =>
      reasons.some(({ code, text }) => code === "adoption" && text.includes("GL_REFUSED")),
    );
    expect(said.primary).toBeNull();
    for (const cluster of ["blue", "green"] as const)
      expect(await world.kube.ask(cluster, leases)).toMatchObject({ json: { items: [] } });
    await fleet.start();
    for (const cluster of ["blue", "green"] as const)
      expect(await world.kube.ask(cluster, leases)).toMatchObject({ json: { items: [{}] } });
  },
  WITH_FLEET_MS,
);
