import { z } from "zod";

/** Where a secret is: never the secret. `env/NAME`, or `file/PATH` from the config's directory. */
export const secretRef = z
  .string()
  .max(1000)
  .regex(
    /^(env\/[A-Za-z_][A-Za-z0-9_]*|file\/[^\p{Cc}]+)$/u,
    "must be env/NAME or file/PATH: secrets don't stand in the config",
  )
  .meta({ description: "env/NAME, or file/PATH from the config's directory." });
