import { allCases } from "./kill-case.ts";
import { sweep } from "./sweep.ts";

sweep(allCases(1), 2);
