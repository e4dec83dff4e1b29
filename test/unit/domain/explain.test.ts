import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decide, whyNotMove } from "../../../src/domain/decision.ts";
import { explain } from "../../../src/domain/explain.ts";
import { type DecisionContext, GUARDS, NEVER_MOVES } from "../../../src/domain/guard.ts";
import { VERDICTS, type VerdictKind } from "../../../src/domain/verdict-kind.ts";
import { application, base, LOST, REFUSED, verdictOf } from "../../fakes/circumstances.ts";

describe("whatever the circumstances", () => {
  const contexts = fc
    .record({
      kind: fc.constantFrom<VerdictKind>(...VERDICTS, "site-loss", "site-loss"),
      moveOn: fc.subarray([...VERDICTS]),
      known: fc.constantFrom(true, true, true, false),
      against: fc.subarray([...REFUSED], { maxLength: 3 }),
    })
    .map(({ kind, moveOn, known, against }): DecisionContext => {
      const more = Object.assign({}, ...against.map(([, one]) => one)) as Partial<DecisionContext>;
      const chosen = more.application ?? application;
      return {
        ...LOST,
        ...more,
        verdicts: verdictOf(kind),
        primary: known ? "blue" : undefined,
        application: { ...chosen, policy: { ...chosen.policy, moveOn } },
      };
    });

  test("explain says what decide does, guard by guard", () => {
    fc.assert(
      fc.property(contexts, (context) => {
        const [decision, explanation] = [decide(context), explain(context)];
        expect(explanation).toMatchObject({
          application: "shop",
          primary: context.primary ?? null,
          to: context.to,
          wouldMove: decision.action === "move",
          action: decision.action,
          reasons: decision.reasons,
        });
        expect(explanation.guards.map(({ name }) => name)).toEqual(GUARDS.map(({ name }) => name));
        const refused = explanation.guards.flatMap(({ name: code, whyNot: text }) =>
          text === undefined ? [] : [{ code, text }],
        );
        expect(refused).toEqual(whyNotMove(context));
        expect(explanation.wouldMove).toBe(refused.length === 0);
        expect(explanation.wouldMove || explanation.reasons.length > 0).toBe(true);
      }),
    );
  });

  test("it moves only on a verdict that the policy names", () => {
    fc.assert(
      fc.property(contexts, (context) => {
        const { action, verdict } = decide(context);
        if (action !== "move") return;
        expect(context.application.policy.moveOn).toContain(verdict);
        expect(NEVER_MOVES).not.toContain(verdict);
      }),
    );
  });
});

test("an explanation shows all verdicts, and since when what fails", () => {
  const suspicion = {
    cluster: "blue",
    layer: "public",
    vantage: "a",
    probe: "front",
    answer: "refused",
    lastGoodAt: 890,
    firstFailedAt: 900,
  } as const;
  const explanation = explain({ ...LOST, suspicion });
  expect(explanation.since).toEqual(suspicion);
  const { evidence } = base;
  expect(explanation.verdicts).toEqual([{ cluster: "blue", verdict: "site-loss", evidence }]);
  expect(explain(LOST)).not.toHaveProperty("since");
  expect(decide({ ...LOST, suspicion }).facts).toMatchObject({
    lastGoodAt: 890,
    firstFailedAt: 900,
  });
});
