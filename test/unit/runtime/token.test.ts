import { expect, test } from "@jest/globals";
import { createToken, whoHas } from "../../../src/runtime/token.ts";

test("a token is known again by its line, and by no other", () => {
  const alice = createToken("alice", "operator");
  const vera = createToken("vera", "viewer");
  const lines = [alice.line, vera.line];
  expect(alice.token).toMatch(/^gl_[A-Za-z0-9_-]{43}$/);
  expect(alice.line).toEqual({
    owner: "alice",
    role: "operator",
    hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  });
  expect(whoHas(alice.token, lines)).toEqual({ owner: "alice", role: "operator" });
  expect(whoHas(vera.token, lines)).toEqual({ owner: "vera", role: "viewer" });
  expect(whoHas(`${alice.token}x`, lines)).toBeUndefined();
  expect(whoHas(alice.line.hash, lines)).toBeUndefined();
  expect(whoHas("", lines)).toBeUndefined();
  expect(whoHas(alice.token, [])).toBeUndefined();
});

test("no token comes twice", () => {
  const tokens = Array.from({ length: 100 }, () => createToken("alice", "viewer").token);
  expect(new Set(tokens).size).toBe(100);
});
