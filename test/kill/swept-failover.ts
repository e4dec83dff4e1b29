import { type Evidence, runCourse } from "./run-case.ts";
import type { Swept } from "./sweep.ts";
import { whyUnlisted } from "./why-unlisted.ts";
import { whyWrong } from "./why-wrong.ts";

export const FAILOVER: Swept<Evidence> = { run: runCourse, whyWrong, whyUnlisted };
