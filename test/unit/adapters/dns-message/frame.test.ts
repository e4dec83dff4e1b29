import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createDeframer, frame } from "../../../../src/adapters/dns-message/frame.ts";

test("messages come out whole, however they are cut", () => {
  const bytes = fc.uint8Array({ maxLength: 60 }).map((one) => Buffer.from(one));
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(bytes), sizes, (messages, cuts) => {
      const stream = Buffer.concat(messages.map(frame));
      const out: Buffer[] = [];
      const take = createDeframer((message) => out.push(message));
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const size = cuts[turn % cuts.length] ?? 1;
        take(stream.subarray(at, at + size));
        at += size;
      }
      expect(out).toEqual(messages);
    }),
  );
});
