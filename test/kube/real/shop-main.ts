import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { z } from "zod";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { goneOf, sendReply, withBody } from "../../../src/sandbox/json-http.ts";
import { OrderStore } from "./order-store.ts";
import { shopPlaceSchema } from "./shop-place.ts";
import { watchShopPods } from "./shop-pods.ts";

/**
 * The shop of one cluster, for hollow kubelets run nothing: it listens while pods of it would. Told
 * where it is by the file that its first argument names.
 */
const place = shopPlaceSchema.parse(JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")));
const { cluster, port } = place;
const clock = new SystemClock();
const store = new OrderStore({ stores: place.stores, clock });
const orderSchema = z.strictObject({ id: z.string().min(1).max(100) });

const server = createServer((request, response) => {
  const reply = (status: number, json: unknown) =>
    sendReply(response, Promise.resolve({ status, json }));
  switch (`${request.method} ${request.url}`) {
    case "GET /healthz":
      response.writeHead(200, { "content-type": "text/plain" }).end("ok\n");
      return;
    case "GET /":
      return reply(200, { application: "shop", cluster });
    case "POST /orders": {
      const signal = goneOf(response);
      const taken = withBody(request, orderSchema, ({ id }) =>
        store.write(id, signal).then(
          (position) => ({ status: 200, json: { id, position, cluster } }),
          () => ({ status: 503, json: { error: "no store takes it", cluster } }),
        ),
      );
      return sendReply(response, taken);
    }
    default:
      return reply(404, { error: "not found" });
  }
});

watchShopPods(place, {
  clock,
  tell: (isServing) => {
    if (isServing === server.listening) return;
    if (isServing) server.listen(port, "127.0.0.1");
    else {
      server.close();
      server.closeIdleConnections();
    }
  },
});
