import { Agent, type Dispatcher } from "undici";
import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import { CallLog } from "../../src/sandbox/call-log.ts";
import { Faults } from "../../src/sandbox/faults.ts";
import { findFreePort } from "../../src/sandbox/free-port.ts";
import { Holds } from "../../src/sandbox/holds.ts";
import { createHttpFront } from "../../src/sandbox/http-front.ts";
import { createCertificateAuthority } from "../../src/sandbox/kubernetes/certificate-authority.ts";
import { renderKubeconfig } from "../../src/sandbox/kubernetes/kubeconfig.ts";
import { createKubernetesApi } from "../../src/sandbox/kubernetes/kubernetes-api.ts";

const HOSTS = { blue: "127.0.0.2", green: "127.0.0.3" } as const;

export interface ClusterSettings {
  readonly cluster?: keyof typeof HOSTS;
  readonly replicas?: number;
  readonly startupDelayMs?: number;
}

export interface Ask {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The sandbox's API server of one cluster, behind its front, on a real socket. */
export async function openCluster(settings: ClusterSettings = {}) {
  const { cluster = "blue", replicas = 3, startupDelayMs = 0 } = settings;
  const clock = new SystemClock();
  const chance = createChance(clock);
  const token = `token-of-${cluster}`;
  const available: number[] = [];
  const api = createKubernetesApi({
    clock,
    chance,
    token,
    cluster,
    replicas,
    startupDelayMs,
    shopPort: 8080,
    onAvailable: (_, count) => available.push(count),
  });
  const host = HOSTS[cluster];
  const authority = await createCertificateAuthority(clock);
  const port = await findFreePort([host], chance);
  const front = createHttpFront(api.handler, {
    address: { host, port },
    place: { part: "api", cluster },
    tls: await authority.issue(cluster, [host, "127.0.0.1"]),
    clock,
    chance,
    faults: new Faults(HOSTS),
    holds: new Holds(),
    calls: new CallLog(),
  });
  await front.setOpen(true);
  const server = `https://${host}:${port}`;
  const certificateAuthority = authority.certificate;
  const agent = new Agent({ connect: { ca: certificateAuthority } });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return {
    api,
    available,
    server,
    kubeconfig: renderKubeconfig([{ name: cluster, server, token, certificateAuthority }]),
    /** One request to its end. */
    ask: async (method: Method, path: string, ask?: Ask) => {
      const answer = await agent.request({
        origin: server,
        path,
        method,
        headers: { ...headers, ...ask?.headers },
        body: ask?.body === undefined ? null : JSON.stringify(ask.body),
      });
      const text = await answer.body.text();
      const isJson = String(answer.headers["content-type"]).startsWith("application/json");
      return {
        code: answer.statusCode,
        text,
        body: (isJson ? JSON.parse(text) : {}) as JsonObject,
      };
    },
    /** The lines of an answer; `begun` is called once its head is there. */
    lines: async (path: string, begun: () => void, extra: Ask["headers"] = {}) => {
      const request = { origin: server, path, method: "GET", headers: { ...headers, ...extra } };
      const { body } = await agent.request(request as Dispatcher.RequestOptions);
      begun();
      const lines = (await body.text()).split("\n").filter(Boolean);
      return lines.map((line) => JSON.parse(line));
    },
    close: async () => {
      await agent.destroy();
      api.close();
      await front.close();
    },
  };
}

export type OpenCluster = Awaited<ReturnType<typeof openCluster>>;

type Method = "DELETE" | "GET" | "PATCH" | "POST" | "PUT";
