import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { Log } from "../../src/drivers/notify/notify.ts";
import { createNotifier } from "../../src/drivers/notify/registry.ts";
import { MemoryNotifier } from "../fakes/memory-notifier.ts";
import { openTcpServer } from "../fakes/tcp-server.ts";
import { describeNotifier } from "./notifier.ts";

const clock = new SystemClock();

describeNotifier({
  name: "memory notifier",
  async open() {
    const notifier = new MemoryNotifier();
    return {
      notifier,
      taken: () => notifier.taken.map((message) => JSON.stringify(message)),
      refuse: async () => {
        notifier.refuses = true;
      },
      close: async () => undefined,
    };
  },
});

describeNotifier({
  name: "notify log",
  async open() {
    const lines: string[] = [];
    const write = (level: string) => (fields: object, title: string) => {
      lines.push(JSON.stringify({ level, title, ...fields }));
    };
    const log: Log = { info: write("info"), warn: write("warn"), error: write("error") };
    return {
      notifier: createNotifier({ notifier: "log" }, { clock, log }),
      taken: () => lines,
      close: async () => undefined,
    };
  },
});

describeNotifier({
  name: "notify webhook",
  async open() {
    const taken: string[] = [];
    const take = (request: IncomingMessage, response: ServerResponse) => {
      let body = "";
      request.setEncoding("utf8").on("data", (part: string) => {
        body += part;
      });
      request.on("end", () => {
        taken.push(body);
        response.end();
      });
    };
    let answer: (request: IncomingMessage, response: ServerResponse) => unknown = take;
    const http = createServer((request, response) => answer(request, response));
    const server = await openTcpServer((socket) => http.emit("connection", socket));
    const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    const url = `http://127.0.0.1:${server.port}/hook?team=shop`;
    const away = () => undefined;
    return {
      notifier: createNotifier(
        { notifier: "webhook", url, secretRef: "env/HOOK" },
        { clock, secret, log: { info: away, warn: away, error: away } },
      ),
      taken: () => taken,
      refuse: server.kill,
      hang: () =>
        new Promise((arrived) => {
          answer = () => arrived();
        }),
      close: server.close,
    };
  },
});
