import type { RequestListener } from "node:http";
import { rfc3339 } from "../../adapters/clock/rfc3339.ts";
import type { Chance } from "../../engine/ports/chance.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { type ControllerOptions, DeploymentController } from "./deployment-controller.ts";
import { createHandler } from "./handler.ts";
import { type Seed, SHOP, sow } from "./seed.ts";
import { World } from "./world.ts";

export interface KubernetesOptions extends Seed, ControllerOptions {
  readonly clock: Clock;
  /** Makes the uids. */
  readonly chance: Chance;
  /** The bearer token that clients must send. */
  readonly token: string;
}

/** One cluster's API server and controller, in memory. It listens to nothing and fails never. */
export interface KubernetesApi {
  readonly handler: RequestListener;
  readonly world: World;
  /** How long pods take to become available; from now on, also for those that are starting. */
  setStartupDelay(ms: number): void;
  /** Ends the watches and the controller. */
  close(): void;
}

/** The seeded pods are available before it returns: `onAvailable` is called in the call itself. */
export function createKubernetesApi(options: KubernetesOptions): KubernetesApi {
  const closed = new AbortController();
  const world = new World(options.clock, options.chance);
  const controller = new DeploymentController(world, options);
  sow(world, options, rfc3339(options.clock.wallMs()));
  controller.settle(SHOP);
  const { clock, token } = options;
  return {
    handler: createHandler({ world, clock, token, closed: closed.signal }),
    world,
    setStartupDelay: (ms) => controller.setStartupDelay(ms),
    close: () => {
      closed.abort();
      controller.close();
    },
  };
}
