import { describe, expect, test } from "@jest/globals";
import { judge, type Verdict } from "../../../src/domain/verdict.ts";
import type { View } from "../../../src/domain/view.ts";
import { FRESH_MS, HEALTH, NOW, source, vantage, viewOf } from "../../fakes/sightings.ts";

const PRIMARY = { cluster: "blue", serves: true, quorum: 2, failureDomains: 3 };
const WELL = { api: "healthy", public: "healthy", workload: "healthy", data: "healthy" } as const;
const DEAD = { api: "failed", public: "failed", workload: "unknown", data: "failed" } as const;
const all = <const T>(one: T) => ({ a: one, b: one, c: one });
const judged = (view: View, more: Partial<typeof PRIMARY> = {}): Verdict =>
  judge(view, { ...PRIMARY, ...more });

describe("what happened", () => {
  test("all is well", () => {
    const verdict = judged(viewOf(all(WELL)));
    expect(verdict).toMatchObject({ cluster: "blue", kind: "healthy" });
    expect(verdict.layers).toEqual({ ...WELL, nodes: "unknown" });
    expect(verdict.evidence).toEqual([
      "healthy: nothing failed",
      "api: healthy at 3 of 3 failure domains",
      "nodes: not known: not asked",
      "public: healthy at 3 of 3 failure domains",
      "workload: healthy at 3 of 3 failure domains",
      "data: healthy at 3 of 3 failure domains",
    ]);
  });

  test("the site is lost", () => {
    const verdict = judged(viewOf(all(DEAD)), { failureDomains: 1 });
    expect(verdict.kind).toBe("site-loss");
    expect(verdict.evidence.slice(1)).toEqual([
      "api: failed at 3 of 3 vantages (refused, for 300 ms)",
      "nodes: not known: not asked",
      "public: failed at 3 of 3 vantages (refused, for 300 ms)",
      "workload: not known: no answer that tells (the watch broke)",
      "data: failed at 3 of 3 vantages (refused, for 300 ms)",
    ]);
    expect(verdict.votes.public).toEqual({
      healthy: 0,
      partial: 0,
      failed: 3,
      suspect: 0,
      doubts: 0,
    });
  });

  test("one vantage is cut from blue: it is outvoted, and named", () => {
    const verdict = judged(viewOf({ a: DEAD, b: WELL, c: WELL }));
    expect(verdict.kind).toBe("healthy");
    expect(verdict.evidence).toContain(
      "public: failed at 1 of 3 failure domains (refused, for 300 ms), healthy at 2",
    );
  });

  test("only the API server is dead", () => {
    expect(judged(viewOf(all({ ...WELL, api: "failed", workload: "unknown" }))).kind).toBe(
      "api-only",
    );
  });

  test("every vantage is cut from both clusters", () => {
    const verdict = judged(viewOf(all(DEAD), { green: all("failed") }));
    expect(verdict.kind).toBe("inconclusive");
    expect(verdict.because).toMatch(/every API server looks bad/);
    expect(judged(viewOf(all(DEAD), { green: all("failing") })).kind).toBe("inconclusive");
  });

  test("one vantage that sees green fail does not save blue from its verdict", () => {
    expect(judged(viewOf(all(DEAD), { green: { a: "failed" } })).kind).toBe("site-loss");
    expect(judged(viewOf(all(DEAD), { green: all("unknown") })).kind).toBe("site-loss");
  });

  test("where a quorum sees green fail and a quorum does not, green is not bad", () => {
    const four = { ...all(DEAD), d: DEAD };
    const green = { a: "failed", b: "failed" } as const;
    expect(judged(viewOf(four, { green })).kind).toBe("site-loss");
    expect(judged(viewOf(four, { green: { ...green, c: "failing" } })).kind).toBe("inconclusive");
  });

  test("a bare quorum that sees green fail is enough to doubt the observer; red, unseen, is no help", () => {
    const view = viewOf(all(DEAD), { green: { a: "failed", b: "failed", c: "unknown" } });
    expect(judged(view).kind).toBe("inconclusive");
    const red = source({ vantage: "a", cluster: "red", layer: "api" }, HEALTH.unknown);
    expect(judged({ ...view, sources: [...view.sources, red] }).kind).toBe("inconclusive");
    const mixed = ["a", "b", "c"].map((name) =>
      source({ vantage: name, cluster: "green", layer: "api", probe: "two" }, HEALTH.healthy),
    );
    expect(judged({ ...view, sources: [...view.sources, ...mixed] }).kind).toBe("site-loss");
  });

  test("one other cluster of two that is seen well is enough to trust the observer", () => {
    const view = viewOf(all(DEAD), { green: all("failed") });
    const red = ["a", "b", "c"].map((name) =>
      source({ vantage: name, cluster: "red", layer: "api" }, HEALTH.healthy),
    );
    expect(judged({ ...view, sources: [...view.sources, ...red] }).kind).toBe("site-loss");
  });

  test("the observer is isolated", () => {
    const vantages = ["a", "b", "c"].map((name) =>
      vantage(name, name === "c" ? {} : { whyNotFit: "no control target answers" }),
    );
    const verdict = judged(viewOf(all(DEAD), { vantages }));
    expect(verdict.kind).toBe("observer-isolated");
    expect(verdict.evidence).toContain("a abstains: no control target answers");
    expect(verdict.evidence).toContain("b abstains: no control target answers");
    expect(verdict.evidence).not.toContain("c abstains: undefined");
  });

  test("too few vantages report: nobody knows", () => {
    const vantages = [vantage("a"), vantage("b", { at: NOW - FRESH_MS - 1 })];
    const verdict = judged(viewOf(all(DEAD), { vantages }));
    expect(verdict.kind).toBe("inconclusive");
    expect(verdict.evidence).toContain("b has not reported");
    expect(judged(viewOf({})).kind).toBe("inconclusive");
  });

  test("where those that abstain would just make the quorum, we are the ones cut off", () => {
    const vantages = [vantage("a"), vantage("b", { whyNotFit: "late" })];
    expect(judged(viewOf(all(DEAD), { vantages })).kind).toBe("observer-isolated");
  });

  test("as many as the quorum are enough, with one that abstains", () => {
    const vantages = [vantage("a", { whyNotFit: "late" }), vantage("b"), vantage("c")];
    expect(judged(viewOf(all(DEAD), { vantages })).kind).toBe("site-loss");
  });

  test("answers that are no news, or lie ahead, are none", () => {
    const stale = all({ api: "stale", public: "stale", data: "stale" } as const);
    expect(judged(viewOf(stale)).kind).toBe("inconclusive");
    const view = viewOf(all(DEAD));
    expect(judged({ ...view, now: NOW + FRESH_MS - 9 }).kind).not.toBe("site-loss");
    const vantages = view.vantages.map((one) => ({ ...one, at: NOW + FRESH_MS + 1 }));
    expect(judged({ ...view, vantages }).kind).toBe("inconclusive");
    const edge = view.vantages.map((one) => ({ ...one, at: NOW - FRESH_MS }));
    expect(judged({ ...view, vantages: edge }).kind).toBe("site-loss");
  });

  test("a first good answer ends a failure at once, though it is not healthy yet", () => {
    const verdict = judged(viewOf(all({ ...DEAD, public: "recovering" })));
    expect(verdict.layers.public).toBe("suspect");
    expect(verdict.kind).toBe("inconclusive");
  });

  test("a standby with nothing on it is healthy, and says what is not judged", () => {
    const empty = { ...WELL, public: "failed", workload: "failed" } as const;
    const verdict = judged(viewOf(all(empty)), { serves: false });
    expect(verdict.evidence).toContain("api: healthy at 3 of 3 failure domains");
    expect(verdict.kind).toBe("healthy");
    expect(verdict.evidence).toContain(
      "public: not judged, it does not serve: failed at 3 of 3 failure domains (refused, for 300 ms)",
    );
  });
});

describe("votes", () => {
  const failed = { api: "healthy", public: "failed", workload: "healthy" } as const;
  const well = { ...failed, public: "healthy" } as const;

  test("vantages of one failure domain have one vote together, where there are three domains", () => {
    const sights = { a: failed, b: failed, c: well };
    const vantages = ["a", "b", "c"].map((name) =>
      vantage(name, { failureDomain: name === "c" ? "rack-2" : "rack-1" }),
    );
    const view = viewOf(sights, { vantages });
    expect(judged(view, { failureDomains: 3 }).layers.public).toBe("split");
    expect(judged(view, { failureDomains: 2 }).kind).toBe("ingress");
    const own = viewOf(sights);
    expect(judged(own).kind).toBe("ingress");
  });

  test("a failure domain that contradicts itself decides nothing", () => {
    const vantages = [
      vantage("a", { failureDomain: "one" }),
      vantage("b", { failureDomain: "one" }),
      vantage("c"),
      vantage("d"),
    ];
    const view = viewOf({ a: failed, b: well, c: failed, d: well }, { vantages });
    expect(judged(view).votes.public).toMatchObject({ failed: 1, healthy: 1, suspect: 1 });
    expect(judged(view).layers.public).toBe("suspect");
  });

  test("quorums that contradict each other are a split vote", () => {
    const verdict = judged(viewOf({ a: failed, b: failed, c: well, d: well }));
    expect(verdict.kind).toBe("inconclusive");
    expect(verdict.evidence).toContain(
      "public: split vote: failed at 2 of 4 failure domains (refused, for 300 ms), healthy at 2",
    );
  });

  test("what is not confirmed is suspect, with its answers", () => {
    const verdict = judged(viewOf(all({ ...well, public: "failing" })));
    expect(verdict.layers.public).toBe("suspect");
    expect(verdict.evidence).toContain(
      "public: not clear yet: suspect at 3 of 3 failure domains (timeout, for 300 ms)",
    );
  });

  test("a layer with a healthy and a failed probe failed in part: users are served", () => {
    const view = viewOf(all(failed));
    const other = ["a", "b", "c"].map((name) =>
      source({ vantage: name, layer: "public", probe: "shop" }, HEALTH.healthy),
    );
    const verdict = judged({ ...view, sources: [...view.sources, ...other] });
    expect(verdict.layers.public).toBe("partial");
    expect(verdict.kind).toBe("degraded");
    const some = { ...view, sources: [...view.sources, ...other.slice(0, 1)] };
    expect(judged(some).kind).toBe("ingress");
    const most = { ...view, sources: [...view.sources, ...other.slice(0, 2)] };
    expect(judged(most).layers.public).toBe("partial");
  });

  test("a healthy and an unconfirmed probe of a layer are not clear yet", () => {
    const view = viewOf(all(well));
    const other = ["a", "b", "c"].map((name) =>
      source({ vantage: name, layer: "public", probe: "shop" }, HEALTH.failing),
    );
    expect(judged({ ...view, sources: [...view.sources, ...other] }).layers.public).toBe("suspect");
  });

  test("a vantage without a state of its own has no vote", () => {
    expect(judged(viewOf(all(DEAD), { vantages: [vantage("a")] })).kind).toBe("inconclusive");
  });

  test("a layer that only abstaining vantages see is not clear, and never a loss", () => {
    const sights = { ...all({ ...DEAD, data: "unknown" as const }), d: DEAD };
    const ill = { ...sights, d: { ...DEAD, data: "healthy" as const } };
    const vantages = ["a", "b", "c", "d"].map((name) =>
      vantage(name, name === "d" ? { whyNotFit: "late" } : {}),
    );
    const verdict = judged(viewOf(ill, { vantages }));
    expect(verdict.kind).toBe("inconclusive");
    expect(verdict.evidence).toContain("data: not clear yet: only seen by vantages that abstain");
    expect(judged(viewOf(sights, { vantages })).kind).toBe("inconclusive");
  });

  test("a quorum below one is one", () => {
    expect(judged(viewOf({}), { quorum: 0 }).kind).toBe("inconclusive");
    expect(judged(viewOf({ a: DEAD }), { quorum: 0 }).kind).toBe("site-loss");
  });
});
