import { chmodSync, existsSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { askPlugin } from "../../../src/adapters/kubernetes/exec-credential.ts";
import { createClientCertificate } from "../../fakes/client-certificate.ts";
import { createPluginScript, V1 } from "../../fakes/plugin-script.ts";
import { eventually } from "../../fakes/until.ts";

const clock = new SystemClock();
const { signal } = new AbortController();
let script: ReturnType<typeof createPluginScript>;
beforeEach(() => {
  script = createPluginScript();
});
afterEach(() => script.remove());

async function ask(limits: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  return await askPlugin(script.plugin(), { clock, timeoutMs: 5_000, signal, ...limits });
}

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody has reaped yet does nothing any more.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

test("a token, and when it ends", async () => {
  script.answer({ token: "t-1", expirationTimestamp: "2026-01-01T00:00:00Z" });
  expect(await ask()).toEqual({ credential: { token: "t-1" }, endsAt: 1_767_225_600_000 });
});

test("a token without an end", async () => {
  script.answer({ token: "t-1", expirationTimestamp: null });
  expect(await ask()).toEqual({ credential: { token: "t-1" } });
});

test("a client certificate ends when it says itself, if not before", async () => {
  const endsAt = Math.floor(clock.wallMs() / 1000) * 1000 + 60_000;
  const { cert, key } = await createClientCertificate("greenlight", endsAt);
  script.answer({ clientCertificateData: cert, clientKeyData: key });
  expect(await ask()).toEqual({ credential: { cert, key }, endsAt });
});

test("it is given what its plug-in names, and nothing else of ours", async () => {
  script.write(`env > '${script.path("env")}'; echo "$@" > '${script.path("args")}'`);
  const plugin = script.plugin({
    args: ["get token", "$HOME;id"],
    env: { PATH: "/bin", ONE: "1" },
  });
  await askPlugin(plugin, { clock, timeoutMs: 5_000, signal }).catch(() => undefined);
  const names = readFileSync(script.path("env"), "utf8")
    .split("\n")
    .map((line) => line.split("=")[0]);
  // What a shell sets by itself.
  const own = ["PWD", "OLDPWD", "SHLVL", "_", ""];
  const given = names.filter((name) => !own.includes(name ?? ""));
  expect(new Set(given)).toEqual(new Set(["ONE", "PATH"]));
  expect(readFileSync(script.path("args"), "utf8")).toBe("get token $HOME;id\n");
});

test.each([
  ["exit 3", "exited 3: it said nothing of it"],
  [
    "echo >&2; echo 'no session\u001b[31m' >&2; echo 'more' >&2; exit 255",
    "exited 255: no session [31m",
  ],
  ["kill -9 $$", "killed by SIGKILL"],
  ["echo secret-word", "its answer is no ExecCredential"],
  [`echo '{"kind": "Status"}'`, "its answer is no ExecCredential"],
  ["yes secret-word", "it wrote more than"],
])("%j is told: %s", async (text, why) => {
  script.write(text);
  const failure = await ask().catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: "GL_CREDENTIAL",
    message: expect.stringContaining(`exec plug-in give-token: ${why}`),
  });
  expect(String(failure)).not.toContain("secret-word");
});

test.each<[object, string, string]>([
  [{ token: "t" }, "client.authentication.k8s.io/v1beta1", `another apiVersion than ${V1}`],
  [{}, V1, "neither a token nor a client certificate"],
  [{ token: "" }, V1, "neither a token nor a client certificate"],
  [{ clientCertificateData: "c" }, V1, "needs its key"],
  [{ clientCertificateData: "c", clientKeyData: "k" }, V1, "can't be used"],
  [{ token: "t", expirationTimestamp: "soon" }, V1, "is no time"],
])("%j of %s is refused: %s", async (status, apiVersion, why) => {
  script.answer(status, apiVersion);
  await expect(ask()).rejects.toMatchObject({
    code: "GL_CREDENTIAL",
    message: expect.stringContaining(why),
  });
});

test("one that can't be started", async () => {
  script.write("exit 0");
  chmodSync(script.file, 0o600);
  await expect(ask()).rejects.toThrow(/exec plug-in give-token: it can't be started \(EACCES\)/);
});

test.each(["the time is over", "the signal aborts"])(
  "one that hangs is killed with whom it started when %s",
  async (when) => {
    script.write(`sleep 600 & echo $! > '${script.path("pid")}'; wait`);
    const stop = new AbortController();
    const isLate = when === "the time is over";
    const asked = ask(isLate ? { timeoutMs: 500 } : { signal: stop.signal });
    asked.catch(() => undefined);
    await eventually(() => existsSync(script.path("pid")), { withinMs: 5_000 });
    await eventually(() => readFileSync(script.path("pid"), "utf8") !== "", { withinMs: 5_000 });
    const pid = Number(readFileSync(script.path("pid"), "utf8"));
    if (!isLate) stop.abort(new Error("enough"));
    await expect(asked).rejects.toThrow(isLate ? /no answer within 500 ms/ : /enough/);
    await eventually(() => !isAlive(pid), { withinMs: 5_000 });
  },
);
