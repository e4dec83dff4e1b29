import { drillCases, fifthOf } from "./kill-case.ts";
import { sweep } from "./sweep.ts";
import { DRILL } from "./swept-drill.ts";

/** The sweep is `npm run test:kill`; this is a fifth of it, beside other tests. */
sweep(DRILL, fifthOf(drillCases(1), 1), 1);
