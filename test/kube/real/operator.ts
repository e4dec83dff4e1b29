import { randomSecret } from "../../../src/adapters/chance/random-secret.ts";
import type { JournalEvent } from "../../../src/domain/event.ts";
import type { Explanation } from "../../../src/domain/explain.ts";
import { parseJournal } from "../../../src/domain/journal-text.ts";
import type { Report } from "../../../src/domain/report.ts";
import type { ApplicationStatus, OperationSummary } from "../../../src/runtime/control.ts";
import type { OperationDetail } from "../../../src/runtime/operation-detail.ts";
import { eventually } from "../../fakes/until.ts";
import { type Asking, askJson, type Reply } from "../../scenario/http-json.ts";

/** A person at the API, by a token. */
export class Operator {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async api(path: string, { headers, ...asking }: Asking = {}): Promise<Reply> {
    const type = asking.body !== undefined && { "content-type": "application/json" };
    const authorization = `Bearer ${this.#token}`;
    return await askJson(this.#url + path, {
      ...asking,
      headers: { authorization, ...type, ...headers },
    });
  }

  async post(path: string, body: unknown = {}): Promise<Reply> {
    const headers = { "idempotency-key": randomSecret() };
    return await this.api(path, { method: "POST", body, headers });
  }

  async isReady(): Promise<boolean> {
    return await this.api("/readyz").then(
      ({ status }) => status === 200,
      () => false,
    );
  }

  /** All that the journal has. */
  async events(): Promise<readonly JournalEvent[]> {
    return parseJournal((await this.api("/v1/audit/journal")).json).events;
  }

  async explain(): Promise<Explanation> {
    return (await this.api("/v1/applications/shop/explain")).json;
  }

  async application(): Promise<ApplicationStatus> {
    return (await this.api("/v1/applications/shop")).json;
  }

  async operations(): Promise<readonly OperationSummary[]> {
    return (await this.api("/v1/operations")).json.operations;
  }

  async operation(id: string): Promise<OperationDetail> {
    return (await this.api(`/v1/operations/${id}`)).json;
  }

  async report(id: string): Promise<Report> {
    return (await this.api(`/v1/operations/${id}/report`)).json;
  }

  /** Until all is well with both clusters, and known that a decision needs. */
  async settled(): Promise<void> {
    let last: unknown;
    await eventually(async () => {
      const [{ verdicts, guards }, events] = [await this.explain(), await this.events()];
      const types = new Set(events.map(({ type }) => type));
      const whys = guards.flatMap(({ name, whyNot }) => (name === "verdict" ? [] : (whyNot ?? [])));
      last = { verdicts, whys };
      return (
        verdicts.every(({ verdict }) => verdict === "healthy") &&
        whys.length === 0 &&
        types.has("workload.seen")
      );
    }, SOON).catch((cause: unknown) => {
      throw new Error(`it was never settled: ${JSON.stringify(last)}`, { cause });
    });
  }

  /** Until there is one of that kind: its id. */
  async opened(kind: string): Promise<string> {
    let id: string | undefined;
    await eventually(async () => {
      id = (await this.operations()).find((one) => one.kind === kind)?.id;
      return id !== undefined;
    }, SOON).catch(async (cause: unknown) => {
      const said = JSON.stringify(await this.explain());
      throw new Error(`no ${kind} was opened: ${said}`, { cause });
    });
    return id ?? "";
  }

  /** Until it is in that state; rejects with all that is known of it, at once where it ended otherwise. */
  async reached(id: string, meant: string): Promise<OperationDetail> {
    let last: OperationDetail | undefined;
    const isThere = async () => {
      last = await this.operation(id);
      return last.state === meant || !UNDER_WAY.includes(last.state);
    };
    await eventually(isThere, SOON).catch(() => undefined);
    if (last?.state === meant) return last;
    const { state, because, steps } = last ?? {};
    throw new Error(`${id} is not ${meant}: ${JSON.stringify({ state, because, steps })}`);
  }
}

const SOON = { withinMs: 60_000, everyMs: 50 };
const UNDER_WAY: readonly string[] = ["running", "awaiting-approval"];
