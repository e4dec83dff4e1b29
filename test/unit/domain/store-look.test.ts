import { expect, test } from "@jest/globals";
import type { DataStatus } from "../../../src/domain/data-status.ts";
import { looksOf, looksUntil, readLooks } from "../../../src/domain/store-look.ts";
import { NO_SURVEY } from "../../../src/domain/survey.ts";

const status = { role: "primary", writes: 7 } as DataStatus;
const survey = (blue: DataStatus) => ({
  ...NO_SURVEY,
  stores: { store: { blue: { found: blue }, green: { found: status } }, other: {} },
});

test("only a primary's store that counts has something to say", () => {
  expect(looksOf(survey(status), "blue", 5)).toEqual([
    { store: "store", cluster: "blue", writes: 7, at: 5 },
  ]);
  expect(looksOf(survey({ ...status, role: "standby" }), "blue", 5)).toEqual([]);
  const { writes: _, ...silent } = status;
  expect(looksOf(survey(silent), "blue", 5)).toEqual([]);
  const gone = { ...NO_SURVEY, stores: { store: { blue: { missing: "gone" } } } };
  expect(looksOf(gone, "blue", 5)).toEqual([]);
});

test("what was seen after the fault began is of the fault; of the rest the newest counts", () => {
  const looks = [1, 2, 3].map((at) => ({ store: "store", cluster: "blue", writes: at * 10, at }));
  expect(looksUntil(looks, 2)).toEqual([looks[1]]);
  expect(looksUntil(looks, 0)).toEqual([]);
  expect(looksUntil(looks, null)).toEqual([]);
});

test("what is no look in a cause is passed by", () => {
  const look = { store: "store", cluster: "blue", writes: 7, at: 5 };
  expect(readLooks({ stores: [look, {}, { ...look, writes: "7" }, 3] })).toEqual([look]);
  expect(readLooks({ request: {} })).toEqual([]);
});
