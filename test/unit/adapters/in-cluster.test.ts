import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { loadInCluster } from "../../../src/adapters/kubernetes/in-cluster.ts";

const ENV = { KUBERNETES_SERVICE_HOST: "10.96.0.1", KUBERNETES_SERVICE_PORT: "443" };
const REFUSED = { code: "GL_KUBECONFIG" };

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "greenlight-in-cluster-"));
  await writeFile(join(directory, "ca.crt"), "the authority");
  await writeFile(join(directory, "token"), "first\n");
});
afterEach(() => rm(directory, { recursive: true }));

test("it is what the kubelet mounts, and a renewed token is taken", async () => {
  const access = await loadInCluster(ENV, directory);
  expect(access).toMatchObject({ server: "https://10.96.0.1:443", tls: { ca: "the authority" } });
  expect(await access.token()).toBe("first");
  await writeFile(join(directory, "token"), "second\n");
  expect(await access.token()).toBe("second");
});

test("an IPv6 address is one host", async () => {
  const access = await loadInCluster({ ...ENV, KUBERNETES_SERVICE_HOST: "fd00::1" }, directory);
  expect(access.server).toBe("https://[fd00::1]:443");
});

test("outside of a cluster it says what is missing", async () => {
  await expect(loadInCluster({}, directory)).rejects.toMatchObject(REFUSED);
  await rm(join(directory, "token"));
  await expect(loadInCluster(ENV, directory)).rejects.toMatchObject(REFUSED);
});
