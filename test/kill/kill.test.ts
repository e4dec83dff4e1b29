import { allCases, fifthOf } from "./kill-case.ts";
import { sweep } from "./sweep.ts";
import { FAILOVER } from "./swept-failover.ts";

/** The sweep is `npm run test:kill`; this is a fifth of it, beside other tests. */
sweep(FAILOVER, fifthOf(allCases(1), 1), 1);
