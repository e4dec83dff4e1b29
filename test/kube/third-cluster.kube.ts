import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { z } from "zod";
import { makeSecrets, NOBODYS } from "../deploy/scratch-secrets.ts";
import { eventually } from "../fakes/until.ts";
import { BUILT_WITHIN_MS } from "./binary.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";

jest.setTimeout(180_000);

const SHIPPED = join(import.meta.dirname, "..", "..", "config", "deploy", "third-cluster");

let plane: ControlPlane;
let directory: string;
let kubeconfig: string;

beforeAll(async () => {
  plane = await startControlPlane();
  // Pods are to be admitted, not to run: a kubelet would ask them whether they are well.
  await Promise.all([plane.parts.scheduler.kill(), plane.parts.kubelet.kill()]);
  kubeconfig = await plane.writeKubeconfig("admin", plane.adminToken);
  directory = mkdtempSync(join(tmpdir(), "greenlight-third-"));
  cpSync(SHIPPED, directory, { recursive: true });
  const secrets = makeSecrets(NOBODYS);
  cpSync(secrets, join(directory, "secrets"), { recursive: true });
  rmSync(secrets, { recursive: true });
}, BUILT_WITHIN_MS);

afterAll(async () => {
  await plane.close();
  rmSync(directory, { recursive: true });
});

/** Both of what it says. */
async function kubectl(...words: readonly string[]) {
  const own = ["--kubeconfig", kubeconfig, "--cache-dir", join(directory, "cache")];
  return await promisify(execFile)(plane.kubectl, [...own, ...words], { cwd: directory });
}

async function list(kind: string) {
  const { stdout } = await kubectl("get", kind, "-n", "greenlight", "-o", "json");
  return listSchema.parse(JSON.parse(stdout)).items;
}

test("the API server takes all of it, without a warning, and again starts nothing anew", async () => {
  const { stdout, stderr } = await kubectl("apply", "-k", ".");
  expect(stderr).toBe("");
  expect(stdout.trim().split("\n")).toHaveLength(22);
  const again = await kubectl("apply", "-k", ".");
  expect(again.stdout).not.toMatch(/ created$/m);
  const workloads = await list("deployments,statefulsets");
  expect(workloads.map(({ metadata }) => metadata.generation)).toEqual([1, 1, 1, 1, 1]);
});

test("Pod Security at its strictest lets every pod in, and no looser one", async () => {
  const components = async () =>
    (await list("pods")).map(
      ({ metadata }) => metadata.labels?.["app.kubernetes.io/component"] ?? "",
    );
  const all = ["api", "api", "pipeline", "pipeline", "probe", "probe", "probe"];
  await eventually(async () => (await components()).length === all.length, {
    withinMs: 60_000,
    everyMs: 100,
  });
  expect((await components()).toSorted()).toEqual(all);
  const loose = kubectl("run", "loose", "-n", "greenlight", "--image", "greenlight");
  await expect(loose).rejects.toThrow(/violates PodSecurity "restricted/);
});

test("each pipeline worker has a spool of its own", async () => {
  const claims = (await list("pvc")).map(({ metadata }) => metadata.name);
  expect(claims).toEqual(["spool-pipeline-0", "spool-pipeline-1"]);
});

test("whoever is in one of its pods may do nothing in the cluster that runs it", async () => {
  const pods = await list("pods");
  const accounts = new Set(pods.map(({ spec }) => spec?.serviceAccountName ?? ""));
  expect([...accounts].toSorted()).toEqual(["greenlight", "greenlight-api", "greenlight-probe"]);
  for (const name of accounts)
    for (const what of ["get secrets", "get pods", "create pods", "patch deployments"]) {
      const account = `--as=system:serviceaccount:greenlight:${name}`;
      const asked = kubectl("auth", "can-i", ...what.split(" "), "-n", "greenlight", account);
      await expect(asked).rejects.toMatchObject({ stdout: "no\n" });
    }
});

test("a new config starts new pods", async () => {
  const before = (await list("replicasets")).length;
  writeFileSync(join(directory, "greenlight.yaml"), "# another\n");
  await kubectl("apply", "-k", ".");
  await eventually(async () => (await list("replicasets")).length === before * 2, {
    withinMs: 60_000,
    everyMs: 100,
  });
});

const listSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        generation: z.int().optional(),
        labels: z.record(z.string(), z.string()).optional(),
      }),
      spec: z.looseObject({ serviceAccountName: z.string().optional() }).optional(),
    }),
  ),
});
