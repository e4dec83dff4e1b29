import { expect, test } from "@jest/globals";
import type { ApplicationConfig } from "../../../src/runtime/config.ts";
import { createVisitor, type VisitorTools } from "../../../src/runtime/visitor.ts";

test("where no http probe says what to expect, nothing is as expected", async () => {
  const config = {
    public: { host: "shop.test" },
    dns: [{ record: "shop.test", servers: ["127.0.0.1:53"] }],
    probes: [],
  } as unknown as ApplicationConfig;
  const dns = { ask: async () => [{ data: new Uint8Array([127, 0, 0, 2]) }] };
  const visitor = createVisitor(config, { vantage: "east", dns } as unknown as VisitorTools);
  const answer = {
    address: "127.0.0.2",
    whyNot: "no http probe says what it should answer",
  };
  const { signal } = new AbortController();
  expect(await visitor.visit("", signal)).toEqual(answer);
  expect(await visitor.visitAt("127.0.0.2", signal)).toEqual(answer);
});
