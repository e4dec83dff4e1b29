import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * An API server that is a process of its own, so that it can really be stopped: it answers every
 * request with one object, and a watch with one event after which it stays open.
 */
export async function startProcessServer(identity: {
  readonly key: string;
  readonly cert: string;
}) {
  const child = spawn(process.execPath, ["-e", SERVER], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(identity));
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return {
    port: Number(port.toString()),
    hang: () => child.kill("SIGSTOP"),
    goOn: () => child.kill("SIGCONT"),
    close: async () => {
      const ended = once(child, "close");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

const SERVER = `
const { createServer } = require("node:https");
const object = { metadata: { name: "shop", resourceVersion: "7" } };
const list = { metadata: { resourceVersion: "7" }, items: [object] };
let identity = "";
process.stdin.on("data", (part) => { identity += part; }).on("end", () => {
  const server = createServer(JSON.parse(identity), (request, response) => {
    if (request.url.includes("watch=true"))
      return response.write(JSON.stringify({ type: "MODIFIED", object: { metadata: { resourceVersion: "8" } } }) + "\\n");
    response.end(JSON.stringify(request.url.includes("fieldSelector") ? list : object));
  });
  server.listen(0, "127.0.0.1", () => process.stdout.write(String(server.address().port)));
});
`;
