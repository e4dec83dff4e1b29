import { Agent } from "undici";
import { z } from "zod";
import type { Access } from "../../src/adapters/kubernetes/access.ts";
import type { Json, JsonObject } from "../../src/domain/json.ts";

/** Whoever runs the cluster: may do anything, and is no part of what is tested. */
export function createAdmin(access: Access) {
  const agent = new Agent({ connect: { ...access.tls } });
  const call = async (method: string, path: string, body?: Json, mediaType?: string) => {
    const plain = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const type = mediaType ?? plain;
    const answer = await agent.request({
      origin: access.server,
      path,
      method: method as "GET",
      headers: { authorization: `Bearer ${await access.token()}`, "content-type": type },
      body: body === undefined ? null : JSON.stringify(body),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  /** The object of a 2xx answer; rejects with what was answered instead. */
  const ask = async (method: string, path: string, body?: JsonObject) => {
    const { status, text } = await call(method, path, body);
    if (status > 299) throw new Error(`${method} ${path} answered ${status}: ${text}`);
    return JSON.parse(text) as JsonObject;
  };
  return {
    /** Any answer. */
    call,
    ask,
    has: (path: string) => call("GET", path).then(({ status }) => status === 200),
    isReady: () =>
      call("GET", "/readyz").then(
        ({ status }) => status === 200,
        () => false,
      ),
    isNodeReady: async (name: string) => {
      const { status, text } = await call("GET", `/api/v1/nodes/${name}`);
      if (status !== 200) return false;
      const { conditions = [] } = nodeSchema.parse(JSON.parse(text)).status;
      return conditions.some(({ type, status }) => type === "Ready" && status === "True");
    },
    /** Of a ServiceAccount, for an hour. */
    tokenOf: async (namespace: string, name: string) => {
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
      const spec = { expirationSeconds: 3_600 };
      return tokenSchema.parse(await ask("POST", path, { spec })).status.token;
    },
    /** Of all revisions before the newest, in the etcd behind the API server. */
    compact: async (origin: string) => {
      const { metadata } = listSchema.parse(await ask("GET", "/api/v1/namespaces"));
      const body = JSON.stringify({ revision: metadata.resourceVersion, physical: true });
      const options = { origin, path: "/v3/kv/compaction", method: "POST", body } as const;
      const { statusCode, body: answer } = await agent.request(options);
      const text = await answer.text();
      if (statusCode !== 200) throw new Error(`etcd answered ${statusCode}: ${text}`);
    },
    close: () => agent.destroy(),
  };
}

export type Admin = ReturnType<typeof createAdmin>;

/** An API server that is just starting answers late. */
const TIMEOUT_MS = 10_000;

const listSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) });
const tokenSchema = z.object({ status: z.object({ token: z.string() }) });
const nodeSchema = z.object({
  status: z.object({
    conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional(),
  }),
});
