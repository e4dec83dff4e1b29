import { afterEach, expect, test } from "@jest/globals";
import { foldHistory } from "../../src/domain/history.ts";
import { eventually } from "../fakes/until.ts";
import { type Fleet, openFleet } from "../servers/fleet.ts";

let fleet: Fleet | undefined;

afterEach(async () => await fleet?.close(), 60_000);

/** Eight processes on a machine that has other things to do. */
const LONG_MS = 300_000;
const SOON = { withinMs: 90_000, everyMs: 100 };

/** Rejects with what all processes said. */
async function until(of: Fleet, isSo: () => boolean | Promise<boolean>): Promise<void> {
  await eventually(isSo, SOON).catch((cause: unknown) => {
    throw new Error(of.said(), { cause });
  });
}

test(
  "a database that answers, but with an error, stops nothing, and has all of it once it can",
  async () => {
    const own = await openFleet();
    fleet = own;
    const { world, postgres } = own;
    await own.start();
    await postgres.ask("DROP SCHEMA greenlight CASCADE");
    await world.panel.kill("blue");
    await until(own, async () => (await world.storeRole("green")) === "primary");
    await until(own, () => own.said().includes("failover of shop: succeeded"));
    await world.movedTo("green");
    const isSaid = ({ title, text }: { readonly title: string; readonly text: string }) =>
      /the journal is away/.test(title) && text.includes("(SQLSTATE 42P01)");
    await until(own, () => world.inbox.messages.some(isSaid));

    // Whoever starts makes the tables that are not there.
    const other = await own.secondApi();
    await until(own, () => own.said().includes("has all that waited"));
    const operations = async () => (await other.api("/v1/operations")).json.operations ?? [];
    await until(own, async () => (await operations()).length > 0);
    const [operation] = await operations();
    await until(own, async () => {
      const { json } = await other.api(`/v1/operations/${operation.id}`);
      return json.state === "succeeded";
    });
    const events = (await world.events()).filter(({ stream }) => stream === operation.id);
    expect(events.every(({ late }) => late)).toBe(true);
    expect([...foldHistory(events).values()].every(({ step }) => step.state !== "due")).toBe(true);
    expect((await world.cli("audit", "verify")).status).toBe(0);
  },
  LONG_MS,
);
