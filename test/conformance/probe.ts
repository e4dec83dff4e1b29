import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Answer, LAYERS } from "../../src/domain/observation.ts";
import type { Asked, Probe } from "../../src/engine/ports/probe.ts";
import { eventually } from "../fakes/until.ts";

export interface Subject {
  readonly name: string;
  /** A target that is well, for each test, and a probe of it. */
  open(): Promise<Opened>;
}

export interface Opened {
  readonly probe: Probe;
  /** Runs the task; a virtual clock moves meanwhile. */
  run<T>(task: () => Promise<T>): Promise<T>;
  readonly ills: readonly Ill[];
  close(): Promise<void>;
}

/** One way in which the target can be ill. */
export interface Ill {
  readonly what: string;
  begin(): Promise<void>;
  /** What the probe says of it in the end, and from then on. */
  readonly answer: Answer;
  /** What it may say before. */
  readonly before?: readonly Answer[];
}

/** What every probe owes whoever judges by its answers. */
export function describeProbe(subject: Subject): void {
  describe(`${subject.name} conforms`, () => {
    let opened: Opened;
    let end: AbortController;
    beforeEach(async () => {
      end = new AbortController();
      opened = await subject.open();
    });
    afterEach(async () => {
      end.abort(new Error("the test is over"));
      await opened.probe.close();
      await opened.close();
    });

    const ask = () => opened.run(() => opened.probe.ask(end.signal));
    const askOften = (times: number) =>
      opened.run(() =>
        Promise.all(Array.from({ length: times }, () => opened.probe.ask(end.signal))),
      );

    test("it says what it asks", () => {
      const { name, cluster, layer } = opened.probe;
      expect(name).not.toBe("");
      expect(cluster).not.toBe("");
      expect(LAYERS).toContain(layer);
    });

    test("a target that is well is ok, again and again", async () => {
      for (let times = 0; times < 4; times += 1) expect((await ask()).answer).toBe("ok");
    });

    test("questions may overlap", async () => {
      await ask();
      const all = await askOften(5);
      expect(all.map(({ answer }) => answer)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
    });

    test("an ill target is named by its illness, and the probe never rejects", async () => {
      for (const index of opened.ills.keys()) {
        if (index > 0) {
          await opened.probe.close();
          await opened.close();
          opened = await subject.open();
        }
        const ill = opened.ills[index];
        if (!ill) throw new Error("the subject opens with other illnesses");
        expect((await ask()).answer).toBe("ok");
        await ill.begin();
        await becomes(ill);
        for (const { answer } of await askOften(3))
          expect([ill.what, answer]).toEqual([ill.what, ill.answer]);
      }
    });

    async function becomes({ what, answer, before = [] }: Ill): Promise<void> {
      await eventually(
        async () => {
          const said: Asked = await ask();
          expect(said.detail?.length ?? 0).toBeLessThanOrEqual(200);
          if (said.answer !== answer && !before.includes(said.answer))
            throw new Error(`${what}: it said ${said.answer}, ${said.detail}`);
          return said.answer === answer;
        },
        { withinMs: 10_000 },
      );
    }

    test("what is told to stop says nothing of the target", async () => {
      await ask();
      end.abort(new Error("stopped"));
      expect((await ask()).answer).toBe("unknown");
    });

    test("it can be closed twice", async () => {
      await ask();
      await opened.probe.close();
      await opened.probe.close();
    });
  });
}
