import { expect, test } from "@jest/globals";
import { failureDomainsOf } from "../../../src/runtime/config-place.ts";

test.each([
  [["rack-1", "rack-2", "rack-3"], 3],
  [["rack-1", "rack-2", "rack-1"], 2],
  [["rack-1", "rack-1", "rack-1"], 1],
])("vantages in %j stand in %d failure domains", (domains, count) => {
  const vantages = domains.map((failureDomain, i) => ({ name: `vantage-${i}`, failureDomain }));
  expect(failureDomainsOf({ vantages })).toBe(count);
});
