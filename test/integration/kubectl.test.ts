import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { autoscalerOf } from "../fakes/autoscaler.ts";
import { type OpenCluster, openCluster } from "../fakes/sandbox-cluster.ts";
import { eventually } from "../fakes/until.ts";
import { describeWhere } from "./describe-where.ts";

/** A call of kubectl takes 0.2 s, or much more on a busy machine. */
const PATIENCE_MS = 60_000;

const LEASE = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: "greenlight-shop", annotations: { "greenlight.dev/epoch": "5" } },
  spec: { holderIdentity: "one", leaseDurationSeconds: 15 },
};

describeWhere("kubectl", "kubectl and the sandbox", (binary) => {
  let cluster: OpenCluster;
  let directory: string;
  beforeAll(async () => {
    cluster = await openCluster({ cluster: "green", replicas: 0, startupDelayMs: 50 });
    directory = mkdtempSync(join(tmpdir(), "kubectl-"));
    writeFileSync(join(directory, "config"), cluster.kubeconfig);
    writeFileSync(join(directory, "lease.json"), JSON.stringify(LEASE));
    const hpa = autoscalerOf("shop", { minReplicas: 1, maxReplicas: 4 });
    writeFileSync(join(directory, "hpa.json"), JSON.stringify(hpa));
  });
  afterAll(async () => {
    await cluster.close();
    rmSync(directory, { recursive: true });
  });

  function start(words: readonly string[]) {
    const own = ["--kubeconfig", "config", "--cache-dir", "cache"];
    const child = spawn(binary, [...own, ...words], { cwd: directory });
    const said = { out: "", error: "" };
    child.stdout.on("data", (chunk) => {
      said.out += String(chunk);
    });
    child.stderr.on("data", (chunk) => {
      said.error += String(chunk);
    });
    const status = new Promise((resolve) => child.once("close", resolve));
    return { said, status, stop: () => child.kill() };
  }

  /** What it printed, in columns of one blank. Throws what it complained of. */
  async function kubectl(line: string, ...words: readonly string[]): Promise<string> {
    const { said, status } = start([...line.split(" "), ...words]);
    if ((await status) !== 0) throw new Error(said.error);
    return said.out.replaceAll(/ +/g, " ");
  }

  test(
    "get: tables of all that there is",
    async () => {
      const out = await kubectl("get deployments,services,nodes,namespaces -o wide");
      expect(out).toContain("NAME READY UP-TO-DATE AVAILABLE AGE CONTAINERS IMAGES SELECTOR\n");
      expect(out).toContain("deployment.apps/shop 0/0 0 0");
      expect(out).toContain("service/shop ClusterIP 10.96.0.80 <none> 8080/TCP");
      expect(out).toMatch(/node\/green-worker Ready <none> \d+s v1\.\d+\.\d+ 10\.0\.0\.3/);
      expect(out).toContain("namespace/default Active");
      for (const kind of ["pods", "events", "replicasets", "leases"])
        expect(await kubectl(`get ${kind}`)).toBe("");
    },
    PATIENCE_MS,
  );

  test(
    "scale, rollout status, describe, and get -w all the while",
    async () => {
      const watch = start(["get", "deployment", "shop", "--watch"]);
      await eventually(() => watch.said.out.includes("shop"), { withinMs: 20_000 });
      expect(await kubectl("scale deployment shop --replicas=2")).toBe(
        "deployment.apps/shop scaled\n",
      );
      const rollout = await kubectl("rollout status deployment shop --timeout=20s");
      expect(rollout).toContain('deployment "shop" successfully rolled out');
      const described = await kubectl("describe deployment shop");
      expect(described).toContain("2 desired | 2 updated | 2 total | 2 available | 0 unavailable");
      expect(described).toContain("Available True MinimumReplicasAvailable");
      const pods = await kubectl("get pods -l app=shop");
      expect(pods.match(/^shop-\w+ 1\/1 Running 0 \d+s$/gm)).toHaveLength(2);
      const refused = kubectl("scale deployment shop --replicas=0 --current-replicas=5");
      await expect(refused).rejects.toThrow("Expected replicas to be 5, was 2");
      await eventually(() => /shop +2\/2 +2 +2/.test(watch.said.out), { withinMs: 5_000 });
      watch.stop();
      await watch.status;
      expect(watch.said.out).toMatch(/shop +0\/2 +\d/);
    },
    PATIENCE_MS,
  );

  test(
    "patch and annotate, and lose by a stale version",
    async () => {
      const patch = (type: string, body: unknown) =>
        kubectl(`patch deployment shop --type=${type} -p`, JSON.stringify(body));
      const patched = "deployment.apps/shop patched\n";
      expect(await patch("strategic", { spec: { replicas: 1 } })).toBe(patched);
      expect(await patch("merge", { spec: { replicas: 2 } })).toBe(patched);
      const replace = { op: "replace", path: "/spec/replicas", value: 3 };
      expect(await patch("json", [replace])).toBe(patched);
      const stale = patch("merge", { metadata: { resourceVersion: "1" }, spec: { replicas: 0 } });
      await expect(stale).rejects.toThrow("(Conflict): Operation cannot be fulfilled");
      const failed = [{ op: "test", path: "/spec/replicas", value: 7 }, replace];
      await expect(patch("json", failed)).rejects.toThrow("The request is invalid");
      const image = {
        spec: { template: { spec: { containers: [{ name: "shop", image: "x:2" }] } } },
      };
      expect(await patch("strategic", image)).toBe(patched);
      const annotated = await kubectl("annotate deployment shop greenlight.dev/epoch=5");
      expect(annotated).toBe("deployment.apps/shop annotated\n");
      const shop = JSON.parse(await kubectl("get deployment shop -o json"));
      expect(shop).toMatchObject({
        metadata: { annotations: { "greenlight.dev/epoch": "5" } },
        spec: {
          replicas: 3,
          template: { spec: { containers: [{ image: "x:2", ports: [{ containerPort: 8080 }] }] } },
        },
      });
    },
    PATIENCE_MS,
  );

  test(
    "create, get, patch and describe an autoscaler",
    async () => {
      const done = (what: string) => `horizontalpodautoscaler.autoscaling/shop ${what}\n`;
      expect(await kubectl("create -f hpa.json")).toBe(done("created"));
      const out = await kubectl("get hpa");
      expect(out).toContain("NAME REFERENCE TARGETS MINPODS MAXPODS REPLICAS AGE\n");
      expect(out).toMatch(/^shop Deployment\/shop <none> 1 4 \d \d+s$/m);
      const patch = JSON.stringify({ spec: { minReplicas: 4 } });
      expect(await kubectl("patch hpa shop --type=merge -p", patch)).toBe(done("patched"));
      expect(await kubectl("describe hpa shop")).toContain("Min replicas: 4\n");
      const shop = JSON.parse(await kubectl("get deployment shop -o json"));
      expect(shop.spec.replicas === 0 || shop.spec.replicas === 4).toBe(true);
      expect(await kubectl("delete hpa shop")).toContain("deleted");
    },
    PATIENCE_MS,
  );

  test(
    "create, apply, get -o yaml and delete a Lease",
    async () => {
      const done = (what: string) => `lease.coordination.k8s.io/greenlight-shop ${what}\n`;
      expect(await kubectl("create -f lease.json")).toBe(done("created"));
      await expect(kubectl("create -f lease.json")).rejects.toThrow("(AlreadyExists)");
      expect(await kubectl("apply -f lease.json")).toBe(done("configured"));
      const yaml = await kubectl("get lease greenlight-shop -o yaml");
      expect(yaml).toContain(' greenlight.dev/epoch: "5"\n');
      expect(yaml).toContain(" holderIdentity: one\n");
      expect(await kubectl("delete lease greenlight-shop")).toContain("deleted");
      await expect(kubectl("get lease greenlight-shop")).rejects.toThrow("(NotFound)");
    },
    PATIENCE_MS,
  );
});
