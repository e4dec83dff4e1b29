import { preempt } from "./preempt.ts";
import { PREEMPTED_AT } from "./preempted-at.ts";

/** All of them are in `npm run test:kill`. */
preempt(PREEMPTED_AT.filter(({ name }) => name === "scale" || name === "the undo of scale"));
