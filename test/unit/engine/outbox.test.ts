import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { GreenlightError } from "../../../src/domain/errors.ts";
import { createNotifier } from "../../../src/drivers/notify/registry.ts";
import { Outbox } from "../../../src/engine/outbox.ts";
import type { Message, Notifier } from "../../../src/engine/ports/notifier.ts";
import { openTcpServer } from "../../fakes/tcp-server.ts";
import { eventually } from "../../fakes/until.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const about = (number: number, more: Partial<Message> = {}): Message => {
  const id = `msg_${number}`;
  return { id, severity: "info", application: "shop", title: id, text: "", at: 0, ...more };
};

/** An outbox in virtual time, and a receiver that says what to do with each try. */
function setup(answer: (message: Message, tried: number) => Promise<void>) {
  const clock = new VirtualClock();
  const tries: string[] = [];
  const done: string[] = [];
  const life = new AbortController();
  const notifier: Notifier = {
    name: "test",
    send: (message) => {
      tries.push(`${message.id} at ${Math.round(clock.monotonicMs())}`);
      return answer(message, tries.length);
    },
  };
  const onDone = ({ id }: Message, whyNot?: string) =>
    void done.push(whyNot === undefined ? id : `${id}: ${whyNot}`);
  const chance = { id: () => "", fraction: () => 0 };
  const outbox = new Outbox(notifier, { clock, chance, signal: life.signal, onDone });
  const sleep = (ms: number) => clock.sleep(ms, new AbortController().signal);
  return { clock, outbox, tries, done, life, sleep };
}
const away = () => Promise.reject(new GreenlightError("GL_UNREACHABLE", "away"));

describe("what waits to be told", () => {
  test("is tried again later and later, in order, and nothing overtakes it", async () => {
    const { clock, outbox, tries, done, sleep } = setup((_, tried) =>
      tried < 4 ? away() : Promise.resolve(),
    );
    await clock.run(async () => {
      outbox.put(about(1));
      outbox.put(about(2));
      await sleep(10_000);
    });
    expect(tries).toEqual([
      "msg_1 at 0",
      "msg_1 at 500",
      "msg_1 at 1500",
      "msg_1 at 3500",
      "msg_2 at 3500",
    ]);
    expect(done).toEqual(["msg_1", "msg_2"]);
    expect(outbox.isIdle).toBe(true);
  });

  test("does not wait for another application's", async () => {
    const { clock, outbox, done, sleep } = setup(({ application }) =>
      application === "shop" ? away() : Promise.resolve(),
    );
    await clock.run(async () => {
      outbox.put(about(1));
      outbox.put(about(2, { application: "bank" }));
      await sleep(1_000);
    });
    expect(done).toEqual(["msg_2"]);
  });

  test("is given up after so many tries and so much time, and says how often", async () => {
    const { clock, outbox, tries, done, sleep } = setup(away);
    await clock.run(async () => {
      outbox.put(about(1));
      await sleep(1_000_000);
    });
    expect(tries.length).toBeLessThanOrEqual(20);
    expect(Number(tries.at(-1)?.split(" ").at(-1))).toBeLessThanOrEqual(900_000);
    expect(done).toEqual([
      `msg_1: GL_UNREACHABLE: No usable answer: away (tried ${tries.length} times)`,
    ]);
  });

  test("is not tried again where the receiver calls it wrong", async () => {
    const { clock, outbox, tries, sleep } = setup(() =>
      Promise.reject(new GreenlightError("GL_REJECTED", "no")),
    );
    await clock.run(async () => {
      outbox.put(about(1));
      await sleep(1_000);
    });
    expect(tries).toHaveLength(1);
  });

  test("waits as long as the receiver says, and no longer than it may", async () => {
    const later = (retryAfterMs: number) =>
      Promise.reject(new GreenlightError("GL_UNREACHABLE", "429", { retryAfterMs }));
    const { clock, outbox, tries, done, sleep } = setup((_, tried) =>
      tried === 1 ? later(30_000) : later(3_600_000),
    );
    await clock.run(async () => {
      outbox.put(about(1));
      await sleep(60_000);
    });
    expect(tries).toEqual(["msg_1 at 0", "msg_1 at 30000"]);
    expect(done).toEqual([expect.stringContaining("429 (tried 2 times)")]);
  });

  test("that does not answer is abandoned and tried again", async () => {
    const { clock, outbox, tries, sleep } = setup(() => new Promise(() => undefined));
    await clock.run(async () => {
      outbox.put(about(1));
      await sleep(25_000);
    });
    expect(tries).toEqual(["msg_1 at 0", "msg_1 at 10500", "msg_1 at 21500"]);
  });

  test("is never more than it can hold: the least urgent goes first, never the one being sent", async () => {
    const { clock, outbox, done, sleep } = setup(() => new Promise(() => undefined));
    await clock.run(async () => {
      outbox.put(about(0));
      outbox.put(about(1, { severity: "page" }));
      for (let i = 2; i < 203; i += 1) outbox.put(about(i, { severity: "warning" }));
      outbox.put(about(203, { severity: "page" }));
      await sleep(1);
    });
    expect(done.map((text) => text.split(":")[0])).toEqual(["msg_2", "msg_3", "msg_4", "msg_5"]);
  });

  test("stays unsaid when the process is told to stop", async () => {
    const { clock, outbox, done, life, sleep } = setup(away);
    await clock.run(async () => {
      outbox.put(about(1));
      await sleep(100);
      life.abort(new Error("told to stop"));
      await sleep(10_000);
    });
    expect(done).toEqual([]);
    expect(outbox.isIdle).toBe(false);
  });
});

describe("a real receiver", () => {
  const key = Buffer.alloc(32, 5);
  const secret = `whsec_${key.toString("base64")}`;
  const clock = new SystemClock();
  let life: AbortController;
  let server: Awaited<ReturnType<typeof openTcpServer>>;
  let answer: (response: ServerResponse) => void;
  let came: { readonly headers: IncomingMessage["headers"]; readonly body: string }[];
  let done: string[];
  let outbox: Outbox;

  beforeEach(async () => {
    life = new AbortController();
    came = [];
    done = [];
    answer = (response) => response.writeHead(204).end();
    const http = createServer((request, response) => {
      void text(request).then((body) => {
        came.push({ headers: request.headers, body });
        answer(response);
      });
    });
    server = await openTcpServer((socket) => http.emit("connection", socket));
    const away = () => undefined;
    const log = { info: away, warn: away, error: away };
    const url = `http://127.0.0.1:${server.port}/hook`;
    const config = { notifier: "webhook", url, secretRef: "env/HOOK" } as const;
    outbox = new Outbox(createNotifier(config, { clock, log, secret }), {
      clock,
      chance: { id: () => "", fraction: () => 1 },
      signal: life.signal,
      onDone: ({ id }, whyNot) => void done.push(`${id} ${whyNot ?? "told"}`),
    });
  });
  afterEach(async () => {
    life.abort(new Error("over"));
    await server.close();
  });

  test("that fails first gets it again, signed anew, with the same id", async () => {
    let tried = 0;
    answer = (response) => {
      tried += 1;
      if (tried === 1) response.destroy();
      else response.writeHead(tried === 2 ? 500 : 200).end();
    };
    outbox.put(about(1));
    await eventually(() => done.length > 0, { withinMs: 10_000 });
    expect(done).toEqual(["msg_1 told"]);
    expect(came.map(({ headers }) => headers["webhook-id"])).toEqual(["msg_1", "msg_1", "msg_1"]);
    expect(came.map(whyForged)).toEqual([undefined, undefined, undefined]);
    const [first] = came;
    expect(first && whyForged({ ...first, body: first.body.replace("shop", "bank") })).toBe(
      "forged",
    );
  });

  test("that asks for a second is left alone for a second", async () => {
    const times: number[] = [];
    answer = (response) => {
      times.push(clock.monotonicMs());
      if (times.length > 1) response.writeHead(200).end();
      else response.writeHead(429, { "retry-after": "1" }).end();
    };
    outbox.put(about(1));
    await eventually(() => done.length > 0, { withinMs: 10_000 });
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(990);
  });

  test("that hangs keeps nobody waiting who hands something in", async () => {
    answer = () => undefined;
    outbox.put(about(1));
    outbox.put(about(2));
    await eventually(() => came.length > 0, { withinMs: 5_000 });
    expect(outbox.isIdle).toBe(false);
    expect(done).toEqual([]);
  });

  /** Standard Webhooks 1.0, as its text has it; written without a look at ours. */
  function whyForged({ headers, body }: (typeof came)[number]): string | undefined {
    const [id, at, signatures] = ["id", "timestamp", "signature"].map((name) =>
      String(headers[`webhook-${name}`]),
    );
    if (!/^\d+$/.test(at ?? "") || Math.abs(Number(at) * 1000 - clock.wallMs()) > 300_000)
      return "too old, or from the future";
    const bytes = Buffer.from(secret.slice("whsec_".length), "base64");
    const expected = createHmac("sha256", bytes).update(`${id}.${at}.${body}`, "utf8").digest();
    const isRight = (signatures ?? "").split(" ").some((one) => {
      const [version, value = ""] = one.split(",");
      const given = Buffer.from(value, "base64");
      return version === "v1" && given.length === 32 && timingSafeEqual(given, expected);
    });
    return isRight ? undefined : "forged";
  }
});
