import { whyMissing } from "./missing.ts";

/** Says it before any suite begins, in one line and not once for each test. */
const why = await whyMissing();
if (why !== undefined) {
  process.stderr.write(`${why}\n`);
  process.exitCode = 69;
}
