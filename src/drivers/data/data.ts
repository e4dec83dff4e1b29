import { z } from "zod";
import type { CallHttp } from "../../adapters/http/http-call.ts";
import type { Clock } from "../../engine/ports/clock.ts";

/** What is wanted of the store in one cluster, whatever it is. */
export const dataSchema = z.strictObject({ role: z.enum(["primary", "standby", "fenced"]) });

export type Data = z.infer<typeof dataSchema>;

/** What every driver of this kind may use. */
export interface DataTools {
  readonly call: CallHttp;
  readonly clock: Clock;
  /** What the config's `secretRef` stands for; absent where it names none. */
  readonly secret?: string | undefined;
}

/** Which store, and what is wanted of it. */
export interface DataWish {
  readonly cluster: string;
  readonly desired: Data;
}
