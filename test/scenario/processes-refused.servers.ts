import { expect, test } from "@jest/globals";
import { foldHistory } from "../../src/domain/history.ts";
import type { Fleet } from "../servers/fleet.ts";
import { closedAfterEach } from "../servers/fleets.ts";

const open = closedAfterEach();

/** Eight processes on a machine that has other things to do. */
const LONG_MS = 300_000;
const SOON_MS = 90_000;
type Condition = Parameters<Fleet["until"]>[0];

test(
  "a database that answers, but with an error, stops nothing, and has all of it once it can",
  async () => {
    const own = await open();
    const until = (isSo: Condition) => own.until(isSo, SOON_MS);
    const { world, postgres } = own;
    await own.start();
    await postgres.ask("DROP SCHEMA greenlight CASCADE");
    await world.panel.kill("blue");
    await until(async () => (await world.storeRole("green")) === "primary");
    await until(() => own.said().includes("failover of shop: succeeded"));
    await world.movedTo("green");
    const isSaid = ({ title, text }: { readonly title: string; readonly text: string }) =>
      /the journal is away/.test(title) && text.includes("(SQLSTATE 42P01)");
    await until(() => world.inbox.messages.some(isSaid));

    // Whoever starts makes the tables that are not there.
    const other = await own.secondApi();
    await until(() => own.said().includes("has all that waited"));
    const operations = async () => (await other.api("/v1/operations")).json.operations ?? [];
    await until(async () => (await operations()).length > 0);
    const [operation] = await operations();
    await until(async () => {
      const { json } = await other.api(`/v1/operations/${operation.id}`);
      return json.state === "succeeded";
    });
    const events = (await world.events()).filter(({ stream }) => stream === operation.id);
    expect(events.every(({ late }) => late)).toBe(true);
    expect([...foldHistory(events).values()].every(({ step }) => step.state !== "due")).toBe(true);
    // What was in the tables is gone, of which the audit tells, and of nothing else.
    const { out } = await world.cli("audit", "verify", "-o", "json");
    const { broken } = JSON.parse(out) as { readonly broken: readonly { readonly what: string }[] };
    expect(broken.filter(({ what }) => !what.startsWith("had been kept, and was gone"))).toEqual(
      [],
    );
  },
  LONG_MS,
);
