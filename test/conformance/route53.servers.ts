import { afterAll, beforeAll } from "@jest/globals";
import { create, schema } from "../../src/drivers/dns/route53.ts";
import { createTestClient, ZONE } from "../fakes/dns-test-client.ts";
import { Route53Gate } from "../fakes/route53-gate.ts";
import { openRoute53Names } from "../fakes/route53-names.ts";
import { createRoute53Tools } from "../fakes/route53-tools.ts";
import { type Moto, startMoto } from "../servers/moto.ts";
import { describeDriver } from "./driver.ts";
import { a, create as creating, type Difference, describeRoute53 } from "./route53.ts";

const CREDENTIALS = { accessKeyId: "AKIAMOTO", secretAccessKey: "not-looked-at" };
const { signal } = new AbortController();
const SHOP = `shop.${ZONE}`;

/**
 * moto 5.2 compares a DELETE with all that was ever written, not with what is there, and a CREATE
 * only with equal ones: it can't compare and swap. Its GetChange knows one id, always in sync.
 */
const DIFFERENCES: ReadonlySet<Difference> = new Set([
  "a DELETE of a value of the past",
  "a DELETE of another weight",
  "a CREATE beside what is there",
  "a batch half done",
  "the same CREATE as before, after its DELETE",
  "simple beside weighted",
  "pages within one name and type",
  "change ids",
  "credentials",
]);

/** What of the driver's stands on compare-and-swap. */
const FAILS: ReadonlySet<string> = new Set([
  "the same pair may write again where the state is wrong",
  "the older loses against the newer that overtakes it",
  "of two at once the newer wins, whoever starts",
]);

let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
}, 40_000);
afterAll(() => moto.close());

async function openZone() {
  const hostedZone = await moto.createZone(ZONE);
  const tools = createRoute53Tools();
  const route53 = tools.route53({ endpoint: moto.url, credentials: CREDENTIALS });
  const changes = [creating(a(SHOP, "127.0.0.2"))];
  await route53.change(hostedZone, { changes, comment: "" }, signal);
  return { hostedZone, tools, route53 };
}

describeRoute53({
  name: "moto",
  differences: DIFFERENCES,
  open: async () => {
    const { hostedZone, tools, route53 } = await openZone();
    const credentials = { ...CREDENTIALS, accessKeyId: "AKIANOBODY" };
    const stranger = tools.route53({ endpoint: moto.url, credentials });
    return { route53, stranger, hostedZone, close: () => tools.close() };
  },
});

describeDriver({
  name: "dns/route53 against moto",
  fails: FAILS,
  async open() {
    const { hostedZone, tools, route53 } = await openZone();
    const names = await openRoute53Names(route53, hostedZone);
    const gate = new Route53Gate();
    const config = schema.parse({
      driver: "route53",
      hostedZone,
      zone: ZONE,
      record: SHOP,
      ttl: "1s",
      servers: [names.text],
      endpoint: await gate.open(moto.url),
      credentials: {
        from: "secrets",
        accessKeyId: { secretRef: "env/ID" },
        secretAccessKey: { secretRef: "env/KEY" },
      },
    });
    const { client: dns } = createTestClient();
    const changeForeign = { changes: [creating(a(`mail.${ZONE}`, "192.0.2.9"))], comment: "" };
    return {
      driver: create(config, { ...tools, dns, secret: () => CREDENTIALS.accessKeyId }),
      desired: [{ address: "127.0.0.3" }, { address: "127.0.0.4" }],
      run: (task) => task(),
      writes: () => gate.writes,
      hang: (call) => gate.hang(call),
      beforeNextWrite: (meddle) => gate.beforeNextWrite(meddle),
      editForeign: async () => {
        await route53.change(hostedZone, changeForeign, signal);
      },
      whyForeignLost: async () => {
        const { sets } = await route53.list(hostedZone, { name: `mail.${ZONE}` }, signal);
        return sets[0]?.Name === `mail.${ZONE}.` ? undefined : "it is gone";
      },
      close: async () => {
        await tools.close();
        await gate.close();
        await names.close();
      },
    };
  },
});
