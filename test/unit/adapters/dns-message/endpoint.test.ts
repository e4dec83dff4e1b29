import { expect, test } from "@jest/globals";
import { endpoint } from "../../../../src/adapters/dns-message/endpoint.ts";

test.each([
  ["127.0.0.1:5353", "127.0.0.1", 5353],
  ["192.0.2.1", "192.0.2.1", 53],
  ["2001:db8::1", "2001:db8::1", 53],
  ["[2001:db8::1]:5353", "2001:db8::1", 5353],
  ["[2001:db8::1]", "2001:db8::1", 53],
])("%s is a name server", (text, host, port) => {
  expect(endpoint.parse(text)).toEqual({ host, port, text });
});

test.each([
  "",
  "ns.sandbox.test:53",
  "127.0.0.1:",
  "127.0.0.1:0",
  "127.0.0.1:65536",
  "[::1",
  ":53",
])("%j is none", (text) => {
  expect(endpoint.safeParse(text).error?.issues[0]?.message).toMatch("as in 192.0.2.1:53");
});
