import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Access } from "../../src/adapters/kubernetes/access.ts";
import { renderKubeconfig } from "../../src/sandbox/kubernetes/kubeconfig.ts";
import { eventually } from "../fakes/until.ts";
import { freePort } from "../servers/free-port.ts";
import { createAdmin } from "./admin.ts";
import { findPrograms } from "./binary.ts";
import { writeFiles } from "./file.ts";
import { createPart, type Part } from "./part.ts";
import { type PartName, type Ports, wordsOf } from "./words.ts";

export interface ControlPlaneOptions {
  /** Of the kubeconfigs' context, too. */
  readonly name?: string;
  /** The loopback address of its API server. */
  readonly host?: string;
}

/**
 * One real cluster on loopback, in a directory of its own under the system's temporary one: etcd,
 * API server with RBAC, controllers, scheduler, and one node whose kubelet runs pods in name only.
 * Resolves when the node is Ready. Give pods no http or tcp probes: the kubelet would really ask.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}) {
  const { name = "blue", host = "127.0.0.1" } = options;
  const programs = await findPrograms();
  const ports = await findPorts(host);
  const directory = await mkdtemp(join(tmpdir(), `greenlight-kube-${name}-`));
  const files = await writeFiles(directory, { name, host, port: ports.api });
  const parts = Object.fromEntries(
    Object.entries(wordsOf({ name, host, directory, ports, files })).map(([part, words]) => {
      const log = join(directory, `${part}.log`);
      return [part, createPart(programs[PROGRAM_OF[part as PartName]], words, { log })];
    }),
  ) as Record<PartName, Part>;
  const server = `https://${host}:${ports.api}`;
  const accessOf = (token: string): Access => ({
    server,
    tls: { ca: files.certificateAuthority },
    token: async () => token,
  });
  const admin = createAdmin(accessOf(files.tokens.admin));
  const close = async () => {
    await admin.close();
    await Promise.all(Object.values(parts).map((part) => part.kill()));
    await rm(directory, { recursive: true });
  };
  const whole = { name, server, directory, parts, admin, accessOf };
  try {
    await startAll(whole);
  } catch (error) {
    await close();
    throw error;
  }
  const ready = () =>
    eventually(() => admin.isReady(), { withinMs: STARTED_WITHIN_MS, everyMs: 50 });
  return {
    ...whole,
    /** Settles when the API server answers again, after it was killed and started. */
    ready,
    /** No change before now can be watched any more: etcd is compacted, the API server restarted. */
    forget: async () => {
      await admin.compact(`http://127.0.0.1:${ports.etcd}`);
      await parts.api.kill();
      parts.api.start();
      await ready();
    },
    /** A file that kubectl and Greenlight take, with one context of the cluster's name. */
    writeKubeconfig: async (user: string, token: string) => {
      const file = join(directory, `${user}.kubeconfig`);
      const { certificateAuthority } = files;
      await writeFile(file, renderKubeconfig([{ name, server, token, certificateAuthority }]));
      return file;
    },
    adminToken: files.tokens.admin,
    kubectl: programs.kubectl,
    close,
  };
}

export type ControlPlane = Awaited<ReturnType<typeof startControlPlane>>;

/** Ready, with everything that a new namespace needs. */
async function startAll({
  name,
  parts,
  admin,
}: {
  readonly name: string;
  readonly parts: Readonly<Record<PartName, Part>>;
  readonly admin: ReturnType<typeof createAdmin>;
}): Promise<void> {
  parts.etcd.start();
  parts.api.start();
  await eventually(
    async () => {
      for (const part of [parts.etcd, parts.api]) part.check();
      return await admin.isReady();
    },
    { withinMs: STARTED_WITHIN_MS, everyMs: 50 },
  );
  for (const part of [parts.controllers, parts.scheduler, parts.kubelet]) part.start();
  await eventually(
    async () => {
      for (const part of Object.values(parts)) part.check();
      return await admin.isNodeReady(`${name}-node`);
    },
    { withinMs: STARTED_WITHIN_MS, everyMs: 100 },
  );
}

async function findPorts(host: string): Promise<Ports> {
  const names = ["etcd", "peer", "api", "kubelet", "readOnly"] as const;
  const hosts = [...new Set([host, "127.0.0.1"])];
  const found: number[] = [];
  for (const _ of names) found.push(await freePort(hosts));
  return Object.fromEntries(names.map((part, at) => [part, found[at]])) as unknown as Ports;
}

const PROGRAM_OF = {
  etcd: "etcd",
  api: "kube-apiserver",
  controllers: "kube-controller-manager",
  scheduler: "kube-scheduler",
  kubelet: "kubemark",
} as const;

/** On a busy machine; it takes some eight seconds on an idle one. */
const STARTED_WITHIN_MS = 120_000;
