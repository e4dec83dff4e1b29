import { createServer } from "node:http";
import type { Address } from "./front.ts";
import { sendReply } from "./json-http.ts";
import { type PanelWorld, routePanel } from "./panel-route.ts";

export interface Panel {
  close(): Promise<void>;
}

/** The fault panel: JSON over HTTP without authentication, so it belongs on loopback. */
export async function openPanel(address: Address, world: PanelWorld): Promise<Panel> {
  const server = createServer((request, response) =>
    sendReply(response, routePanel(request, response, world)),
  );
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, resolve);
  });
  return {
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
