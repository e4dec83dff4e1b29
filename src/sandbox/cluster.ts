import type { TlsOptions } from "node:tls";
import { Agent } from "undici";
import { createCallHttp } from "../adapters/http/http-call.ts";
import type { Chance } from "../engine/ports/chance.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { CallLog } from "./call-log.ts";
import type { Faults, Part } from "./faults.ts";
import type { Front } from "./front.ts";
import type { Holds } from "./holds.ts";
import { createHttpFront } from "./http-front.ts";
import { createKubernetesApi, type KubernetesApi } from "./kubernetes/kubernetes-api.ts";
import { SHOP } from "./kubernetes/seed.ts";
import { Shop } from "./shop/shop.ts";
import { createReadSource } from "./store/read-source.ts";
import { type Role, Store } from "./store/store.ts";
import { createStoreHandler } from "./store/store-handler.ts";

/** The first five are what all outermost layers share. */
export interface ClusterOptions {
  readonly faults: Faults;
  readonly holds: Holds;
  readonly calls: CallLog;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly name: string;
  /** Where all its parts listen, and from where they speak. */
  readonly host: string;
  readonly ports: Readonly<Record<"api" | "shop" | "store", number>>;
  readonly tls: TlsOptions;
  /** Of its Kubernetes API. */
  readonly token: string;
  readonly replicas: number;
  readonly startupDelayMs: number;
  readonly store: {
    readonly role: Role;
    /** Of all clusters' stores, and of the one that it replicates from. */
    readonly urls: readonly string[];
    readonly peerUrl: string;
    readonly token: string;
  };
  /** Called when a listener could not be opened again. */
  readonly onTrouble: (error: unknown) => void;
}

/** One cluster: a Kubernetes API, a shop that listens while its Service has pods, and a store. */
export interface Cluster {
  readonly api: KubernetesApi;
  readonly store: Store;
  /** Settles when all that is to listen does. */
  open(): Promise<void>;
  close(): Promise<void>;
}

export function createCluster(options: ClusterOptions): Cluster {
  const { name, host, clock, onTrouble } = options;
  const agent = new Agent({ localAddress: host });
  const call = createCallHttp(agent, clock);
  const { token, urls, peerUrl, role } = options.store;
  const store = new Store({ clock, role, source: createReadSource(peerUrl, { call, token }) });
  const shop = new Shop({ cluster: name, storeUrls: urls, storeToken: token, call, clock });
  const shopFront = createHttpFront(shop.handler, at("shop", options));
  const way = watchWay(shop, shopFront, onTrouble);
  const api = createKubernetesApi({
    cluster: name,
    replicas: options.replicas,
    shopPort: options.ports.shop,
    token: options.token,
    startupDelayMs: options.startupDelayMs,
    onSelected: ({ namespace, name: service }, pods) => {
      if (namespace === SHOP.namespace && service === SHOP.name) way.notice(pods);
    },
    clock,
    chance: options.chance,
  });
  const storeHandler = createStoreHandler({ store, clock, token });
  const storeFront = createHttpFront(storeHandler, at("store", options));
  const apiFront = createHttpFront(api.handler, { ...at("api", options), tls: options.tls });
  return {
    api,
    store,
    open: async () => {
      await Promise.all([apiFront.setOpen(true), storeFront.setOpen(true), way.open()]);
    },
    close: async () => {
      api.close();
      store.close();
      await Promise.all([apiFront, storeFront, shopFront].map((front) => front.close()));
      await agent.destroy();
    },
  };
}

function at(part: Part & ("api" | "shop" | "store"), options: ClusterOptions) {
  const { name, host, ports, faults, holds, calls, clock, chance } = options;
  const place = { part, cluster: name };
  return { address: { host, port: ports[part] }, place, faults, holds, calls, clock, chance };
}

/** The shop listens while its Service selects available pods, and knows nothing when it starts. */
function watchWay(shop: Shop, front: Front, onTrouble: (error: unknown) => void) {
  let isOpen = false;
  let available = 0;
  const follow = async () => {
    if (!isOpen) return;
    await front.setOpen(available > 0);
  };
  return {
    notice: (now: number) => {
      if (available === 0 && now > 0 && isOpen) shop.start();
      available = now;
      follow().catch(onTrouble);
    },
    open: async () => {
      isOpen = true;
      if (available > 0) shop.start();
      await follow();
    },
  };
}
