import { z } from "zod";

/** Text by a person, for a journal that is read line by line: no control or direction characters. */
export const oneLine = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+$/u, "must be one line of plain text");
