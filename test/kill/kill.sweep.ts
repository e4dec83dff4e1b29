import { describe } from "@jest/globals";
import { allCases, drillCases } from "./kill-case.ts";
import { preempt } from "./preempt.ts";
import { PREEMPTED_AT } from "./preempted-at.ts";
import { sweep } from "./sweep.ts";
import { DRILL } from "./swept-drill.ts";
import { FAILOVER } from "./swept-failover.ts";

describe("a failover", () => sweep(FAILOVER, allCases(1), 2));

describe("a drill", () => sweep(DRILL, drillCases(1), 2));

describe("an outage", () => preempt(PREEMPTED_AT));
