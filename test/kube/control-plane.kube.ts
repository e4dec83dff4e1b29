import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { eventually } from "../fakes/until.ts";
import { BUILT_WITHIN_MS } from "./binary.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { openPlace } from "./place.ts";
import { grant } from "./right.ts";

jest.setTimeout(120_000);

let blue: ControlPlane;
let green: ControlPlane;
beforeAll(async () => {
  blue = await startControlPlane({ name: "blue", host: "127.0.0.2" });
  green = await startControlPlane({ name: "green", host: "127.0.0.3" });
}, BUILT_WITHIN_MS);
afterAll(async () => {
  await blue.close();
  await green.close();
  expect([blue, green].map(({ directory }) => existsSync(directory))).toEqual([false, false]);
});

async function kubectl({ kubectl: binary }: ControlPlane, file: string, line: string) {
  const words = ["--kubeconfig", file, ...line.split(" ")];
  return (await promisify(execFile)(binary, words)).stdout;
}

test("two clusters stand side by side, each with a node that is ready", async () => {
  for (const plane of [blue, green]) {
    const file = await plane.writeKubeconfig("admin", plane.adminToken);
    expect(await kubectl(plane, file, "get nodes")).toMatch(
      new RegExp(`^${plane.name}-node +Ready +<none> +\\S+ +v1\\.36\\.1$`, "m"),
    );
  }
});

test("a ServiceAccount may what its Role says, and no more", async () => {
  const { namespace, close } = await openPlace(green, "admin");
  const token = await grant(green.admin, { namespace, account: "greenlight" });
  const file = await green.writeKubeconfig("greenlight", token);
  const get = (what: string) => kubectl(green, file, `get ${what} -n ${namespace} -o name`);
  expect(await get("deployment shop")).toBe("deployment.apps/shop\n");
  await expect(get("secrets")).rejects.toThrow("Forbidden");
  await expect(get("deployment other")).rejects.toThrow("Forbidden");
  await close();
});

test("pods start no sooner than there is a kubelet again", async () => {
  const { ref, cluster, namespace, close } = await openPlace(green, "admin");
  const file = await green.writeKubeconfig("admin", green.adminToken);
  const available = async () => {
    const { status } = (await cluster.read(ref("Deployment"), new AbortController().signal)) as {
      readonly status: { readonly availableReplicas?: number; readonly updatedReplicas?: number };
    };
    return [status.updatedReplicas, status.availableReplicas];
  };
  await green.parts.kubelet.kill();
  await kubectl(green, file, `scale deployment shop --replicas 4 -n ${namespace}`);
  const withinMs = 60_000;
  await eventually(async () => (await available())[0] === 4, { withinMs, everyMs: 50 });
  expect(await available()).toEqual([4, 2]);
  green.parts.kubelet.start();
  await eventually(async () => (await available())[1] === 4, { withinMs, everyMs: 50 });
  await close();
});
