import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { stringify } from "yaml";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { askPlugin } from "../../src/adapters/kubernetes/exec-credential.ts";
import { loadAccess } from "../../src/adapters/kubernetes/kubeconfig.ts";
import { createKubernetes, type Kubernetes } from "../../src/adapters/kubernetes/kubernetes.ts";
import { renewCredentials } from "../../src/adapters/kubernetes/renewed-credentials.ts";
import { codeOf } from "../../src/domain/errors.ts";
import { createPluginScript, V1 } from "../fakes/plugin-script.ts";
import { eventually } from "../fakes/until.ts";
import { BUILT_WITHIN_MS } from "./binary.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";

jest.setTimeout(60_000);

const stop = new AbortController();
const script = createPluginScript();
const clock = new SystemClock();
let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
}, BUILT_WITHIN_MS);
afterAll(async () => {
  stop.abort(new Error("the end"));
  script.remove();
  await plane.close();
});

/** A kubeconfig whose user is whoever the script says, of the real API server. */
async function writeKubeconfig(): Promise<string> {
  const file = join(script.directory, "kubeconfig");
  const ca = plane.accessOf("").tls.ca ?? "";
  const cluster = {
    server: plane.server,
    "certificate-authority-data": Buffer.from(ca).toString("base64"),
  };
  const exec = { apiVersion: V1, command: script.file, interactiveMode: "Never" };
  const content = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user: { exec } }],
    contexts: [{ name: "blue", context: { cluster: "c", user: "u" } }],
  };
  await writeFile(file, stringify(content));
  return file;
}

async function list({ cluster }: Kubernetes): Promise<unknown> {
  const collection = { apiVersion: "apps/v1", kind: "Deployment", namespace: "default" } as const;
  return await cluster.list(collection, stop.signal).then(
    () => "listed",
    (error: unknown) => codeOf(error) ?? error,
  );
}

test("a program's token opens a real API server, is renewed, and a wrong one is told as such", async () => {
  script.answer({ token: "nobody's" });
  const allowed = { command: script.file, environment: [] };
  const access = await loadAccess(await writeKubeconfig(), "blue", {
    allowed,
    env: {},
    run: (plugin) =>
      renewCredentials((signal) => askPlugin(plugin, { clock, timeoutMs: 5_000, signal }), {
        clock,
        signal: stop.signal,
        onTrouble: () => undefined,
      }),
  });
  const kubernetes = createKubernetes(access, { clock, timeoutMs: 5_000 });
  try {
    await eventually(async () => (await list(kubernetes)) === "GL_FORBIDDEN", { withinMs: 5_000 });
    script.answer({ token: plane.adminToken });
    // Refused and older than ten seconds: it is had anew, without a request that waits for it.
    await eventually(async () => (await list(kubernetes)) === "listed", {
      withinMs: 30_000,
      everyMs: 100,
    });
    expect(script.runs()).toBe(2);
  } finally {
    await kubernetes.close();
  }
});
