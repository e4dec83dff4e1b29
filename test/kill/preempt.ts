import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type InitialData, makeInitialData } from "./initial-data.ts";
import { type PreemptedAt, runPreempted, whyNotPreempted } from "./run-preempted.ts";

/** An outage at each of these places of a drill, one after the other. */
export function preempt(places: readonly PreemptedAt[]): void {
  let data: InitialData;

  beforeAll(async () => {
    data = await makeInitialData();
  }, WITHIN_MS);

  afterAll(() => data.remove());

  test.each(places.map((place) => [place.name, place] as const))(
    "blue dies while a drill is at: %s",
    async (_, place) => {
      expect([...whyNotPreempted(await runPreempted(place, data.directory))]).toEqual([]);
    },
    WITHIN_MS,
  );
}

const WITHIN_MS = 120_000;
