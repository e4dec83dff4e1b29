import { expect, test } from "@jest/globals";
import type { DataStatus } from "../../../src/domain/data-status.ts";
import { failureOf } from "../../../src/drivers/data/postgres-failure.ts";
import { READ_ONLY } from "../../../src/drivers/data/postgres-status.ts";
import { createData, registry } from "../../../src/drivers/data/registry.ts";
import { dataStatus } from "../../fakes/data-status.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const config = {
  driver: "postgres",
  hosts: { blue: "192.0.2.1:5432", green: "db.example.com:5432" },
  database: "shop",
  user: "greenlight",
} as const;
const clock = new VirtualClock();
const call = () => Promise.reject(new Error("nobody calls"));

test.each([
  { ...config, hosts: { blue: "192.0.2.1" } },
  { ...config, hosts: "192.0.2.1:5432" },
  { ...config, password: "hunter2" },
  { ...config, secretRef: "hunter2" },
  { ...config, tls: "prefer" },
  { ...config, user: "" },
  { ...config, writes: "delete from orders" },
  { ...config, writes: "select 1; drop table orders" },
])("%j is not a configuration", (wrong) => {
  const whole = { ...config, secretRef: "env/PASSWORD", tls: "off", writes: "select n from w" };
  expect(registry.safeParse(whole).success).toBe(true);
  expect(registry.parse(config)).toMatchObject({ tls: "verify" });
  expect(registry.safeParse(wrong).success).toBe(false);
});

test.each([
  [{ severity: "FATAL", code: "28P01" }, "GL_FORBIDDEN"],
  [{ severity: "ERROR", code: "42501" }, "GL_FORBIDDEN"],
  [{ severity: "ERROR", code: "3F000" }, "GL_NOT_FOUND"],
  [{ severity: "ERROR", code: "25006" }, "GL_CONFLICT"],
  [{ severity: "FATAL", code: "57P03" }, "GL_UNREACHABLE"],
  [{ severity: "ERROR", code: "57014" }, "GL_UNREACHABLE"],
  [{ severity: "FATAL", code: "53300" }, "GL_UNREACHABLE"],
  [{ severity: "ERROR", code: "42601" }, "GL_REJECTED"],
  [{ code: "EPIPE" }, "GL_UNREACHABLE"],
  [{ code: "ECONNREFUSED" }, "GL_UNREACHABLE"],
  [{}, "GL_UNREACHABLE"],
])("%j is %s", (error, code) => {
  const failure = failureOf(Object.assign(new Error("because"), error), "the PostgreSQL of blue");
  expect(failure).toMatchObject({ code });
  expect(failure.message).toContain("the PostgreSQL of blue");
  expect(failure.message).toContain("because");
});

test("it says which role is missing, and what only a DBA can do", () => {
  const driver = createData(registry.parse(config), "blue", { call, clock });
  const seen = (more: Partial<DataStatus>) => dataStatus(more, clock);
  const whyNot = (more: Partial<DataStatus>, role: DataStatus["role"]) =>
    driver.whyNotReached(seen(more), { role });
  expect(whyNot({ role: "standby" }, "primary")).toBe("is standby, not primary");
  expect(whyNot({ role: "primary" }, "fenced")).toBe("is primary, not fenced");
  expect(whyNot({ role: "fenced" }, "standby")).toContain("pg_rewind");
  expect(whyNot({ role: "fenced" }, "fenced")).toBeUndefined();
  // It takes no writes of anybody.
  expect(whyNot({ role: "standby" }, "fenced")).toBeUndefined();
  expect(whyNot({ role: "primary", reasons: [READ_ONLY] }, "primary")).toBe(READ_ONLY);
  expect(driver.restoring(seen({ role: "standby" }))).toBeUndefined();
  expect(driver.restoring(seen({ role: "fenced" }))).toEqual({ role: "fenced" });
  expect(() => createData(registry.parse(config), "red", { call, clock })).toThrow(
    "no host of red",
  );
});
