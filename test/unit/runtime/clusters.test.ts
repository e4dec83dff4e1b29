import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { createLog } from "../../../src/adapters/log/log.ts";
import { closeClusters, loadAccesses, openClusters } from "../../../src/runtime/clusters.ts";
import type { Config } from "../../../src/runtime/config.ts";
import { LEASES } from "../../../src/sandbox/kubernetes/resource.ts";
import { openKubernetesServer, SHOP } from "../../fakes/kubernetes-server.ts";
import { createPluginScript, V1 } from "../../fakes/plugin-script.ts";
import { eventually } from "../../fakes/until.ts";

const stop = new AbortController();
let directory: string;
let server: Awaited<ReturnType<typeof openKubernetesServer>>;
let script: ReturnType<typeof createPluginScript>;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "greenlight-clusters-"));
  server = await openKubernetesServer();
  script = createPluginScript();
});
afterEach(async () => {
  stop.abort(new Error("the end"));
  script.remove();
  await server.close();
  rmSync(directory, { recursive: true });
});

test("one program gives the credentials of all, and the Lease is where the config says", async () => {
  const ca = Buffer.from(server.access.tls.ca ?? "").toString("base64");
  const exec = { apiVersion: V1, command: script.file, interactiveMode: "Never" };
  const cluster = { server: server.access.server, "certificate-authority-data": ca };
  const kubeconfig = join(directory, "kubeconfig");
  const content = {
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user: { exec } }],
    contexts: [{ name: "blue", context: { cluster: "c", user: "u" } }],
  };
  writeFileSync(kubeconfig, stringify(content));
  script.answer({ token: await server.access.token() });
  const execPlugin = { command: script.file, environment: [] };
  const blue = {
    name: "blue",
    kubeconfig,
    context: "blue",
    execPlugin,
    leaseNamespace: "kube-system",
  };
  const config = { clusters: [blue] } as unknown as Config;
  const { clock } = server;
  const { signal } = stop;
  const log = createLog({ level: "warn", format: "json" });
  const accesses = await loadAccesses(config, { clock, log, signal });
  const all = [1, 2, 3].map(() => openClusters(config, { accesses, clock, timeoutMs: 1_000 }));
  try {
    for (const clusters of all)
      await eventually(
        () =>
          clusters["blue"]?.cluster.read(SHOP, signal).then(
            () => true,
            () => false,
          ) ?? false,
        { withinMs: 5_000 },
      );
    expect(script.runs()).toBe(1);
    const next = { epoch: 1, sequence: 2, primary: "blue", durationMs: 5_000, renewedAt: 1 };
    await all[0]?.["blue"]?.leases.swap("shop", { seen: undefined, next }, signal);
    expect(server.api.world.find(LEASES, "kube-system", "greenlight-shop")).toBeDefined();
    expect(server.api.world.find(LEASES, "default", "greenlight-shop")).toBeUndefined();
  } finally {
    await Promise.all(all.map(closeClusters));
  }
});
