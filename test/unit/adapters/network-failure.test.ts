import { expect, test } from "@jest/globals";
import { networkFailureOf } from "../../../src/adapters/network/network-failure.ts";
import { GreenlightError } from "../../../src/domain/errors.ts";

const failure = (code: string, message = "it failed") =>
  Object.assign(new Error(message), { code });

test.each([
  ["ECONNREFUSED", "refused"],
  ["ECONNRESET", "reset"],
  ["UND_ERR_SOCKET", "reset"],
  ["ETIMEDOUT", "timeout"],
  ["EHOSTUNREACH", "timeout"],
  ["ENOTFOUND", "timeout"],
  ["EMFILE", "own"],
  ["EADDRNOTAVAIL", "own"],
  ["CERT_HAS_EXPIRED", "other"],
  ["toString", "other"],
])("%s means %s, however it is wrapped", (code, kind) => {
  const error = failure(code);
  const wrapped = new GreenlightError("GL_UNREACHABLE", "no answer", error);
  const several = new AggregateError([error, failure("ECONNABORTED")], "");
  for (const one of [error, wrapped]) expect(networkFailureOf(one).kind).toBe(kind);
  if (kind !== "other") expect(networkFailureOf(several).kind).toBe(kind);
});

test("the detail is one line with the code", () => {
  const detail = "connect ECONNREFUSED 192.0.2.1:6443";
  expect(networkFailureOf(failure("ECONNREFUSED", detail)).detail).toBe(detail);
  expect(networkFailureOf(failure("UND_ERR_SOCKET", "other\n side closed")).detail).toBe(
    "other side closed (UND_ERR_SOCKET)",
  );
  expect(networkFailureOf(new Error("x".repeat(900))).detail).toHaveLength(200);
});

test.each([undefined, null, "text", 7])("%p is a failure of no kind", (error) => {
  expect(networkFailureOf(error).kind).toBe("other");
});
