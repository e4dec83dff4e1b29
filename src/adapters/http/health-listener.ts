import { once } from "node:events";
import { createServer } from "node:http";
import { GreenlightError } from "../../domain/errors.ts";
import type { HostPort } from "../schema/host-port.ts";

export interface HealthListener {
  close(): Promise<void>;
}

/**
 * Answers whoever runs containers: `/livez`, is it there; `/readyz`, can it do its work, else 503 and
 * why not. Rejects with GL_LISTEN when the address can't be had.
 */
export async function startHealthListener(
  { host, port }: HostPort,
  whyNotReady: () => string | undefined,
): Promise<HealthListener> {
  const server = createServer(LIMITS, ({ method, url }, response) => {
    response.setHeader("content-type", "text/plain; charset=utf-8");
    const answer = (status: number, text: string) => response.writeHead(status).end(`${text}\n`);
    if (method !== "GET" && method !== "HEAD") return answer(405, "only GET");
    if (url === "/livez") return answer(200, "ok");
    if (url !== "/readyz") return answer(404, "only /livez and /readyz");
    const whyNot = whyNotReady();
    return whyNot === undefined ? answer(200, "ok") : answer(503, whyNot);
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen({ host, port });
  await once(server, "listening").catch((error: Error) => {
    throw new GreenlightError("GL_LISTEN", `${host}:${port}: ${error.message}`, error);
  });
  return {
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const LIMITS = { headersTimeout: 2000, requestTimeout: 2000, connectionsCheckingInterval: 1000 };
const MAX_CONNECTIONS = 50;
