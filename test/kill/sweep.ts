import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type InitialData, makeInitialData } from "./initial-data.ts";
import type { KillCase } from "./kill-case.ts";
import { runPooled } from "./pool.ts";
import type { Course } from "./run-case.ts";

/** What is run, and what must be so after it. */
export interface Swept<Evidence> {
  readonly run: (course: Course, data: string) => Promise<Evidence>;
  readonly whyWrong: (evidence: Evidence) => readonly string[];
  /** Calls of one that was left alone that no case holds. */
  readonly whyUnlisted: (evidence: Evidence) => Iterable<string>;
}

/** The cases as tests, so many of them at a time; and before them, what they are compared with. */
export function sweep<Evidence>(
  { run: runOne, whyWrong, whyUnlisted }: Swept<Evidence>,
  cases: readonly KillCase[],
  atOnce: number,
): void {
  let data: InitialData | undefined;
  let calm: Promise<Evidence>;
  let wrongs: readonly Promise<readonly string[]>[] = [];

  beforeAll(async () => {
    data = await makeInitialData();
    const { directory } = data;
    const run = (course: Course) => async () => await runOne(course, directory);
    const [first, ...others] = runPooled([{}, ...cases].map(run), atOnce);
    calm = first as Promise<Evidence>;
    wrongs = others.map((result) => result.then(whyWrong));
    for (const result of wrongs) result.catch(() => undefined);
  }, MADE_WITHIN_MS);

  afterAll(async () => {
    await Promise.allSettled(wrongs);
    data?.remove();
  }, ENDED_WITHIN_MS);

  test(
    "left alone it ends as it must, and makes no call that the sweep does not know",
    async () => {
      const evidence = await calm;
      expect([...whyWrong(evidence), ...whyUnlisted(evidence)]).toEqual([]);
    },
    ENDED_WITHIN_MS,
  );

  test.each(cases.map(({ name }, index) => [name, index] as const))(
    "%s",
    async (_, index) => {
      expect(await wrongs[index]).toEqual([]);
    },
    ENDED_WITHIN_MS,
  );
}

const MADE_WITHIN_MS = 120_000;
/** The bounds of one course, all together. */
const ENDED_WITHIN_MS = 300_000;
