import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readHttpStatus } from "../../../src/drivers/data/http-status.ts";

const NOW = 1_767_225_600_000;
const within = { askedAt: NOW - 10, answeredAt: NOW };
const standby = {
  engine: "mine",
  role: "standby",
  epoch: 3,
  sequence: 14,
  position: 1200,
  linkUp: true,
  contactAt: NOW - 20,
  lagMs: 40,
  heartbeatAt: NOW - 300,
  now: NOW - 5,
};
const read = (said: object) => readHttpStatus(JSON.stringify(said), within);

test("a standby that was asked alone gives an estimate", () => {
  const { contactAt: _, now, ...same } = standby;
  const confidence = "estimated";
  const reasons = ["only the standby was asked"];
  expect(read(standby)).toEqual({ ...same, observedAt: now, confidence, reasons });
});

test.each(["primary", "fenced"])("what a %s says of itself is proven", (role) => {
  const status = read({ ...standby, role, linkUp: null, contactAt: null, lagMs: null });
  expect(status).toMatchObject({ role, confidence: "proven", reasons: [], position: 1200 });
  expect(status).toMatchObject({ linkUp: null, lagMs: null });
});

test("what it holds of clients is told where it says so, and casts no doubt where it is wrong", () => {
  expect(read(standby)).not.toHaveProperty("writes");
  expect(read({ ...standby, writes: 17 })).toMatchObject({ writes: 17, confidence: "estimated" });
  for (const writes of [-1, 1.5, "17", null]) {
    const status = read({ ...standby, writes });
    expect(status).not.toHaveProperty("writes");
    expect(status.confidence).toBe("estimated");
    expect(status.reasons).toContain(`writes is ${JSON.stringify(writes)}`);
  }
});

test("the lag of a link that is down is not known, the heartbeat still is", () => {
  const status = read({ ...standby, linkUp: false, lagMs: 0 });
  expect(status).toMatchObject({ lagMs: null, confidence: "estimated", heartbeatAt: NOW - 300 });
  expect(status.reasons).toEqual(["the replication link is down"]);
});

test("a late heartbeat is the lag's, as long as the lag explains it", () => {
  const late = { ...standby, heartbeatAt: NOW - 60_000 };
  expect(read({ ...late, lagMs: 59_900 }).confidence).toBe("estimated");
  const silent = read({ ...late, lagMs: 40 });
  expect(silent.confidence).toBe("unknown");
  expect(silent.reasons[0]).toMatch(/heartbeat is silent: 59980 ms old .* lag of 40 ms/);
  expect(read({ ...late, lagMs: 40, linkUp: false }).confidence).toBe("unknown");
});

test.each([0, 40, 10_000])(
  "its gap is bounded: with a lag of %i ms, 2 s more are too many",
  (lagMs) => {
    const contactAt = NOW - 20;
    const aged = (ageMs: number) =>
      read({ ...standby, contactAt, lagMs, heartbeatAt: contactAt - ageMs }).confidence;
    expect(aged(lagMs + 2_000)).toBe("estimated");
    expect(aged(lagMs + 2_001)).toBe("unknown");
  },
);

test("a heartbeat that stopped with its link is as old as the outage, and bounds what is lost", () => {
  const contactAt = NOW - 3_600_000;
  const status = read({ ...standby, linkUp: false, contactAt, heartbeatAt: contactAt - 150 });
  expect(status).toMatchObject({ confidence: "estimated", heartbeatAt: contactAt - 150 });
});

test.each([
  ["position", -1, "position is -1"],
  ["position", "12", 'position is "12"'],
  ["position", undefined, "position is missing"],
  ["position", 1.5, "position is 1.5"],
  ["linkUp", null, "linkUp is null"],
  ["linkUp", "true", 'linkUp is "true"'],
  ["contactAt", null, "contactAt is null"],
  ["contactAt", NOW + 60_000, "contactAt is 60000 ms in the future"],
  ["lagMs", null, "lagMs is null"],
  ["lagMs", -5, "lagMs is -5"],
  ["lagMs", "NaN", 'lagMs is "NaN"'],
  ["heartbeatAt", null, "heartbeatAt is null"],
  ["heartbeatAt", "2026-01-01T00:00:00Z", 'heartbeatAt is "2026-01-01T00:00:00Z"'],
  ["heartbeatAt", NOW + 1_000, "heartbeatAt is 1000 ms in the future"],
  ["now", undefined, "now is missing"],
  ["now", NOW + 501, "now is 501 ms in the future"],
  ["now", NOW - 511, "its clock is 501 ms behind ours"],
])("with %s %j its data is unknown, because %s", (field, value, reason) => {
  const status = read({ ...standby, [field]: value });
  expect(status.confidence).toBe("unknown");
  expect(status.reasons).toContain(reason);
  if (field === "lagMs" || field === "linkUp") expect(status.lagMs).toBeNull();
  if (field === "heartbeatAt") expect(status.heartbeatAt).toBeNull();
});

test.each([
  ["", /status/],
  ["<html>", /status/],
  ["[]", /status/],
  [JSON.stringify({ ...standby, role: "leader" }), /role/],
  [JSON.stringify({ ...standby, epoch: "3" }), /epoch/],
  [JSON.stringify({ ...standby, sequence: -1 }), /sequence/],
])("%j is no status at all", (body, why) => {
  expect(() => readHttpStatus(body, within)).toThrow(why);
});

test("whatever a standby says, what can't be read is never good news", () => {
  const junk = fc.oneof(fc.jsonValue(), fc.integer(), fc.double());
  const names = fc.constantFrom("position", "linkUp", "contactAt", "lagMs", "heartbeatAt", "now");
  fc.assert(
    fc.property(names, junk, (field, value) => {
      const status = read({ ...standby, [field]: value });
      const said: unknown = JSON.parse(JSON.stringify({ value })).value;
      const kept = field === "now" ? status.observedAt : { ...status }[field as "lagMs"];
      if (field !== "contactAt" && kept !== said) expect(status.confidence).not.toBe("proven");
      if (said === null || typeof said === "string") expect(status.confidence).toBe("unknown");
      if (status.lagMs !== null) expect(status.linkUp).toBe(true);
    }),
  );
});
