import { expect, test } from "@jest/globals";
import { isAnswering } from "../../../src/domain/answering.ts";
import { NO_SURVEY, type Survey } from "../../../src/domain/survey.ts";

const missing = { missing: "GL_UNREACHABLE" };
const SURVEY = {
  ...NO_SURVEY,
  leases: { blue: { found: null }, green: missing },
  workloads: { blue: { shop: missing }, green: { shop: { found: {} } } },
  stores: { store: { blue: { found: {} }, green: missing } },
} as unknown as Survey;

test.each([
  ["data", "blue", "store", true],
  ["data", "green", "store", false],
  ["data", "blue", "other", false],
  ["scale", "blue", "shop", false],
  ["scale", "green", "shop", true],
  ["traffic", "blue", "shop", true],
  ["traffic", "green", "shop", false],
])("%s of %s %s answers: %s", (uses, cluster, subject, answers) => {
  expect(isAnswering(SURVEY, { uses, cluster, subject })).toBe(answers);
});
