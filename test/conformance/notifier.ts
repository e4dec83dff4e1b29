import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Message, Notifier } from "../../src/engine/ports/notifier.ts";

export interface Subject {
  readonly name: string;
  /** A receiver for each test that has taken nothing. */
  open(): Promise<Opened>;
}

export interface Opened {
  readonly notifier: Notifier;
  /** All that was taken, as text. */
  taken(): readonly string[];
  /** From now on the receiver takes nothing, where it can say so. */
  refuse?(): Promise<void>;
  /** From now on the receiver does not answer, where it could. Resolves at the first message. */
  hang?(): Promise<void>;
  close(): Promise<void>;
}

const MESSAGE: Message = {
  id: "0001",
  severity: "page",
  application: "shop",
  title: "shop is held",
  text: 'It says "no".\nGo on with: greenlight operation resume op-1',
  at: 1_767_225_600_123,
  operation: "op-1",
};

/** What every notifier owes whoever has something to tell. */
export function describeNotifier(subject: Subject): void {
  describe(`${subject.name} conforms`, () => {
    let opened: Opened;
    const { signal } = new AbortController();
    beforeEach(async () => {
      opened = await subject.open();
    });
    afterEach(() => opened.close());

    test("it has a name", () => {
      expect(opened.notifier.name).not.toBe("");
    });

    test.each(["info", "warning", "page"] as const)(
      "a message of severity %s is taken whole",
      async (severity) => {
        await opened.notifier.send({ ...MESSAGE, severity }, signal);
        const [text, ...others] = opened.taken();
        expect(others).toEqual([]);
        for (const part of [severity, "shop", "shop is held", "op-1", "0001"])
          expect(text).toContain(part);
        expect(text).toContain(JSON.stringify(MESSAGE.text));
      },
    );

    test("messages may overlap", async () => {
      const ids = ["0001", "0002", "0003"];
      await Promise.all(ids.map((id) => opened.notifier.send({ ...MESSAGE, id }, signal)));
      expect(opened.taken()).toHaveLength(3);
    });

    test("what is not taken is rejected", async () => {
      await opened.refuse?.();
      const sent = opened.notifier.send(MESSAGE, signal);
      if (opened.refuse) await expect(sent).rejects.toMatchObject({ code: expect.anything() });
      else await sent;
    });

    test("it ends with its signal", async () => {
      const stop = new AbortController();
      const hung = opened.hang?.() ?? Promise.resolve();
      if (!opened.hang) stop.abort(new Error("stopped"));
      const sent = opened.notifier.send(MESSAGE, stop.signal);
      const rejected = expect(sent).rejects.toThrow("stopped");
      await hung;
      stop.abort(new Error("stopped"));
      await rejected;
    });
  });
}
