import { expect, test } from "@jest/globals";
import { HeardNumbers } from "../../../../src/adapters/bus/heard-numbers.ts";

test("each number of each sender is news once, in whatever order they come", () => {
  const heard = new HeardNumbers();
  for (const number of [1, 3, 2, 7]) {
    expect(heard.has({ sender: "a", number })).toBe(false);
    heard.add({ sender: "a", number });
  }
  for (const number of [1, 2, 3, 7]) expect(heard.has({ sender: "a", number })).toBe(true);
  expect(heard.has({ sender: "a", number: 5 })).toBe(false);
  expect(heard.has({ sender: "b", number: 3 })).toBe(false);
});

test("what it had to forget of a sender still counts as heard", () => {
  const heard = new HeardNumbers();
  for (let number = 2; number <= 10_000; number += 1) heard.add({ sender: "a", number });
  for (const number of [1, 2, 5_000, 10_000]) expect(heard.has({ sender: "a", number })).toBe(true);
  expect(heard.has({ sender: "a", number: 10_001 })).toBe(false);
});

test("who was silent for longest is forgotten, and nobody who speaks", () => {
  const heard = new HeardNumbers();
  for (let i = 1; i <= 1_000; i += 1) {
    heard.add({ sender: "speaks", number: i });
    heard.add({ sender: `was started again, ${i}`, number: 1 });
  }
  expect(heard.has({ sender: "speaks", number: 1 })).toBe(true);
  expect(heard.has({ sender: "was started again, 1000", number: 1 })).toBe(true);
  expect(heard.has({ sender: "was started again, 1", number: 1 })).toBe(false);
});
