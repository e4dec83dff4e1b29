import { z } from "zod";
import type { DataStatus } from "../../domain/data-status.ts";
import { type Action, bind } from "../../engine/action.ts";
import type { Driver } from "../../engine/ports/driver.ts";
import type { Data, DataTools, DataWish } from "./data.ts";
import * as http from "./http.ts";
import * as postgres from "./postgres.ts";

/** Every driver of the kind: a new one is a file, a line here and a case below. */
export const registry = z.discriminatedUnion("driver", [http.schema, postgres.schema]);

export type DataConfig = z.infer<typeof registry>;

/** The configured driver of the store in one cluster. */
export function createData(
  config: DataConfig,
  cluster: string,
  tools: DataTools,
): Driver<Data, DataStatus> {
  switch (config.driver) {
    case "http":
      return http.create(config, cluster, tools);
    case "postgres":
      return postgres.create(config, cluster, tools);
    default:
      return config satisfies never;
  }
}

/** The same, bound to what is wanted of it. */
export function bindData(
  config: DataConfig,
  { cluster, desired }: DataWish,
  tools: DataTools,
): Action {
  return bind(createData(config, cluster, tools), desired);
}
