import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { TsigKey } from "../../src/adapters/dns-message/tsig.ts";
import { createNameServer, type NameServer } from "../../src/sandbox/dns/name-server.ts";
import { openDnsListener } from "../fakes/dns-listener.ts";
import { createSkewedClock, ZONE } from "../fakes/dns-test-client.ts";
import { describeWhere } from "./describe-where.ts";

const SHOP = `shop.${ZONE}`;
const TEXT = `_greenlight.${SHOP}`;
const key: TsigKey = {
  name: "greenlight",
  algorithm: "hmac-sha256",
  secret: Buffer.from("a secret of the sandbox"),
};

let server: NameServer;
let listener: Awaited<ReturnType<typeof openDnsListener>>;
let aheadMs = 0;
beforeEach(async () => {
  aheadMs = 0;
  const clock = createSkewedClock(() => aheadMs);
  const records = [{ name: SHOP, type: "A", ttlSeconds: 1, value: "127.0.0.2" }] as const;
  server = createNameServer({ zone: ZONE, address: "127.0.0.1", records, key, clock });
  listener = await openDnsListener((message, via) => server.answer(message, via));
});
afterEach(() => listener.close());

describeWhere("dig", "dig and the sandbox's name server", (dig) => {
  const ask = (...words: readonly string[]) => {
    const where = ["@127.0.0.1", "-p", String(listener.port), "+tries=1", "+time=5", "+norec"];
    return run(dig, [...where, ...words]);
  };

  test("it answers A, TXT, NS and SOA, over UDP and TCP", async () => {
    server.set([{ name: TEXT, type: "TXT", ttlSeconds: 1, value: "epoch=5 sequence=17" }]);
    for (const via of ["+notcp", "+tcp"]) {
      const [a] = await ask(SHOP, "A", via);
      expect(a).toMatch(/status: NOERROR/);
      expect(a).toMatch(/flags: qr aa;/);
      expect(a).toMatch(/^shop\.sandbox\.test\.\s+1\s+IN\s+A\s+127\.0\.0\.2$/m);
      expect(a).not.toMatch(/WARNING|malformed|mismatch/i);
    }
    expect((await ask(TEXT, "TXT", "+short"))[0]).toBe('"epoch=5 sequence=17"\n');
    expect((await ask(ZONE, "NS", "+short"))[0]).toBe(`ns.${ZONE}.\n`);
    expect((await ask(`ns.${ZONE}`, "A", "+short"))[0]).toBe("127.0.0.1\n");
    const [soa] = await ask(ZONE, "SOA", "+short");
    expect(soa).toBe(`ns.${ZONE}. hostmaster.${ZONE}. ${server.serial()} 60 10 3600 1\n`);
  });

  test("what is not there is denied with the SOA, what is elsewhere is refused", async () => {
    const [nobody] = await ask(`nobody.${ZONE}`, "A");
    expect(nobody).toMatch(/status: NXDOMAIN/);
    expect(nobody).toMatch(/AUTHORITY: 1,.*IN\s+SOA/s);
    const [none] = await ask(SHOP, "AAAA");
    expect(none).toMatch(/status: NOERROR/);
    expect(none).toMatch(/ANSWER: 0, AUTHORITY: 1/);
    for (const words of [
      ["example.org", "A"],
      [ZONE, "AXFR"],
      ["version.bind", "CH", "TXT"],
    ])
      expect((await ask(...words)).join("")).toMatch(/status: REFUSED|Transfer failed/);
  });

  test("ANY gets one set of records, and a name above a name is no denial", async () => {
    server.set([{ name: SHOP, type: "TXT", ttlSeconds: 1, value: "x" }]);
    const [any] = await ask(SHOP, "ANY");
    expect(any).toMatch(/status: NOERROR/);
    expect(any).toMatch(/ANSWER: 1,/);
    server.set([{ name: `a.deep.${ZONE}`, type: "TXT", ttlSeconds: 1, value: "x" }]);
    expect((await ask(`deep.${ZONE}`, "A"))[0]).toMatch(/status: NOERROR/);
  });

  test("what does not fit says so, and comes over TCP", async () => {
    server.set([{ name: SHOP, type: "TXT", ttlSeconds: 1, value: "x".repeat(255) }]);
    const name = `${"long.".repeat(38)}${ZONE}`;
    server.set([{ name, type: "TXT", ttlSeconds: 1, value: "y".repeat(255) }]);
    const small = ["+noedns", "+ignore"];
    expect((await ask(SHOP, "TXT", ...small))[0]).toMatch(/flags: qr aa;.*ANSWER: 1/);
    expect((await ask(name, "TXT", ...small))[0]).toMatch(/flags: qr aa tc;.*ANSWER: 0/);
    expect((await ask(name, "TXT", "+noedns"))[0]).toMatch(/ANSWER: 1/);
    expect((await ask(name, "TXT", "+ignore", "+bufsize=1232"))[0]).toMatch(/ANSWER: 1/);
  });

  test("a signed question gets a signed answer", async () => {
    const [a] = await ask(SHOP, "A", "-y", `${key.algorithm}:${key.name}:${base64(key.secret)}`);
    expect(a).toMatch(/TSIG PSEUDOSECTION/);
    expect(a).toMatch(/NOERROR 0\s*$/m);
    expect(a).not.toMatch(/Couldn't verify|WARNING/);
  });
});

describeWhere("nsupdate", "nsupdate and the sandbox's name server", (nsupdate) => {
  const update = async (lines: readonly string[], secret = key.secret, name = key.name) => {
    const directory = mkdtempSync(join(tmpdir(), "nsupdate-"));
    const file = join(directory, "commands");
    const all = [`server 127.0.0.1 ${listener.port}`, `zone ${ZONE}`, ...lines, "send", ""];
    writeFileSync(file, all.join("\n"));
    const signing = ["-y", `${key.algorithm}:${name}:${base64(secret)}`];
    const result = await run(nsupdate, ["-t", "5", ...signing, file]);
    rmSync(directory, { recursive: true });
    return result;
  };
  const swap = [
    `prereq yxrrset ${SHOP} IN A 127.0.0.2`,
    `prereq nxrrset ${TEXT} TXT`,
    `update delete ${SHOP} A`,
    `update add ${SHOP} 1 A 127.0.0.3`,
    `update add ${TEXT} 1 TXT "epoch=5 sequence=17"`,
  ];
  const address = () => server.records().find(({ name }) => name === SHOP)?.value;

  test("an update with prerequisites is done once", async () => {
    expect(await update(swap)).toEqual(["", "", 0]);
    expect(
      server
        .records()
        .slice(-2)
        .map(({ value }) => value)
        .sort(),
    ).toEqual(["127.0.0.3", "epoch=5 sequence=17"]);
    const [, told, status] = await update(swap);
    expect([told.trim(), status]).toEqual(["update failed: YXRRSET", 2]);
  });

  test("a wrong key, an unknown one, a clock that is off, and none are refused", async () => {
    expect(await update(swap, Buffer.from("a wrong secret"))).toEqual([
      "",
      expect.stringContaining("NOTAUTH(BADSIG)"),
      2,
    ]);
    expect(await update(swap, key.secret, "nobody")).toEqual([
      "",
      expect.stringContaining("NOTAUTH(BADKEY)"),
      2,
    ]);
    aheadMs = 3_600_000;
    expect((await update(swap))[1]).toMatch(/BADTIME|clock skew/i);
    expect(address()).toBe("127.0.0.2");
  });

  test("a large one goes over TCP, a foreign name does not go", async () => {
    const many = Array.from(
      { length: 40 },
      (_, at) => `update add n${at}.${ZONE} 60 A 127.0.1.${at}`,
    );
    expect(await update(many)).toEqual(["", "", 0]);
    expect(server.records()).toHaveLength(42);
    const [, told] = await update(["update add shop.example.org 60 A 127.0.0.3"]);
    expect(told).toMatch("NOTZONE");
  });
});

/** What it wrote to each of its outputs, and its exit status. */
function run(binary: string, words: readonly string[]): Promise<[string, string, number | null]> {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, words, { stdio: ["ignore", "pipe", "pipe"] });
    let [out, told] = ["", ""];
    child.stdout.on("data", (text) => {
      out += text;
    });
    child.stderr.on("data", (text) => {
      told += text;
    });
    child.once("error", reject);
    child.once("close", (status) => resolve([out, told, status]));
  });
}

function base64(secret: Buffer): string {
  return secret.toString("base64");
}
