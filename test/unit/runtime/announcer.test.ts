import { createServer } from "node:http";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createChance } from "../../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import type { Log } from "../../../src/adapters/log/log.ts";
import { createMetrics } from "../../../src/adapters/metrics/metrics.ts";
import { createAnnouncer } from "../../../src/runtime/announcer.ts";
import { openTcpServer } from "../../fakes/tcp-server.ts";
import { eventually } from "../../fakes/until.ts";

const clock = new SystemClock();
let server: Awaited<ReturnType<typeof openTcpServer>>;

beforeEach(async () => {
  const gone = createServer((_, response) => response.writeHead(410).end());
  server = await openTcpServer((socket) => gone.emit("connection", socket));
});
afterEach(() => server.close());

test("everyone is told; what one of them does not take is logged, and counted for that one", async () => {
  const lines: string[] = [];
  const write = (fields: object, text: string) =>
    void lines.push(`${text} ${JSON.stringify(fields)}`);
  const log = { info: write, warn: write, error: write } as unknown as Log;
  const metrics = createMetrics("0.0.0");
  const { tell, isIdle } = createAnnouncer(
    {
      notifiers: [
        { notifier: "log" },
        { notifier: "webhook", url: `http://127.0.0.1:${server.port}/`, secretRef: "env/HOOK" },
      ],
      secret: () => `whsec_${Buffer.alloc(32, 1).toString("base64")}`,
    },
    {
      clock,
      log,
      chance: createChance(clock),
      signal: new AbortController().signal,
      onTold: (notifier, isTold) => metrics.told(notifier, isTold),
    },
  );
  tell({
    id: "msg_1",
    severity: "page",
    application: "shop",
    title: "shop is held",
    text: "",
    at: 0,
  });
  await eventually(isIdle, { withinMs: 10_000 });
  expect(lines).toEqual([
    expect.stringMatching(/^shop is held /),
    expect.stringMatching(
      /^not told: shop is held .*"notifier":"2-webhook".*410 \(tried 1 times\)/,
    ),
  ]);
  const { text } = await metrics.render([]);
  expect(text).toContain('greenlight_messages_total{notifier="1-log",result="told"} 1');
  expect(text).toContain('greenlight_messages_total{notifier="2-webhook",result="lost"} 1');
});
