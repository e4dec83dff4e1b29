import { type ApprovalRequest, stateOfRequest, whyNotApprover } from "../domain/approval.ts";
import { codeOf, detailOf, type ErrorCode, GreenlightError } from "../domain/errors.ts";
import { renderInstant } from "../domain/instant.ts";
import { peopleFor } from "../domain/people.ts";
import type { Runbook } from "../domain/runbook.ts";
import type { Journal } from "./ports/journal.ts";
import { consider, openOnRequest, type Request, type RequestTools, refuse } from "./request.ts";

export interface ApprovalTools extends RequestTools {
  readonly journal: Journal;
  /** By kind. */
  readonly runbooks: ReadonlyMap<string, Runbook>;
  /** Is what is agreed to opened by another process, and only noted here? */
  readonly isNotedOnly?: boolean | undefined;
}

/**
 * What people asked for of one application and others must agree to: each is opened with exactly the
 * plan that was agreed to, or it ends as refused or expired. One thing at a time.
 */
export class Approvals {
  readonly #tools: ApprovalTools;
  #last: Promise<unknown> = Promise.resolve();

  constructor(tools: ApprovalTools) {
    this.#tools = tools;
  }

  find(operation: string): ApprovalRequest | undefined {
    const { requests } = this.#tools.recollection.memory;
    return Object.hasOwn(requests, operation) ? requests[operation] : undefined;
  }

  /**
   * Writes down what is asked for; where it was before, by another process too, that holds. Rejects
   * with GL_REFUSED and every reason; then nothing was.
   */
  async request(runbook: Runbook, request: Request): Promise<ApprovalRequest> {
    return await this.#alone(async () => {
      const { clock, recollection } = this.#tools;
      const { id: operation, by, reason, takesBack } = request;
      const isBack = takesBack !== undefined;
      const considered = await consider({ runbook, isBack }, operation, this.#tools);
      const { plan, hash: planHash, refusals } = considered;
      refuse(refusals);
      // Taking back within the commit window is up to whoever asks.
      const people = isBack ? 1 : peopleFor(runbook, plan.to, this.#tools.application);
      const expiresAt = clock.wallMs() + PATIENCE_MS;
      const back = isBack ? { takesBack } : {};
      const asked = { operation, plan, planHash, by, reason, people, expiresAt, ...back };
      await recollection
        .claim({ type: "approval.requested", ...asked })
        .catch(async (error: unknown) => {
          if (codeOf(error) !== "GL_STEP_CLAIMED") throw error;
          await recollection.refresh();
        });
      return this.#known(operation);
    });
  }

  /**
   * One more person agrees; where that is enough, it is opened. Rejects with GL_REFUSED when this
   * person can't, when it is over, or when it can't be opened any more: that closes it.
   */
  async approve(operation: string, by: string): Promise<ApprovalRequest> {
    return await this.#alone(async () => {
      const request = this.#known(operation);
      const isOver = await this.#closeOver(operation, request);
      if (isOver !== undefined) throw isOver;
      const why = whyNotApprover(request, by);
      if (why !== undefined) throw new GreenlightError("GL_REFUSED", why);
      await this.#tools.recollection.claim({ type: "approval.given", operation, by });
      if (!this.#tools.isNotedOnly) await this.#conclude(operation);
      return this.#known(operation);
    });
  }

  /** Nobody need answer any more. Rejects like `approve` where it is over. */
  async withdraw(operation: string, by: string): Promise<void> {
    await this.#alone(async () => {
      const isOver = await this.#closeOver(operation, this.#known(operation));
      if (isOver !== undefined) throw isOver;
      await this.#close(operation, "withdrawn", `by ${by}`);
    });
  }

  /** Ends what nobody approved in time, and what a process that died left agreed to. */
  async run(): Promise<void> {
    const { clock, signal, recollection } = this.#tools;
    while (!signal.aborted) {
      for (const operation of Object.keys(recollection.memory.requests))
        await this.#alone(() => this.#turn(operation)).catch(() => undefined);
      await clock.sleep(TURN_MS, signal).catch(() => undefined);
    }
  }

  async #turn(operation: string): Promise<void> {
    const request = this.#known(operation);
    if (request.closed) return;
    if ((await this.#closeOver(operation, request)) === undefined) await this.#conclude(operation);
  }

  /** Why nobody can approve it any more. */
  async #closeOver(operation: string, request: ApprovalRequest) {
    const { closed, expiresAt } = request;
    if (closed?.end === "opened")
      return new GreenlightError("GL_CONFLICT", `${operation} was approved and opened already`);
    if (closed) return new GreenlightError("GL_REFUSED", `it is ${closed.end}: ${closed.reason}`);
    if (stateOfRequest(request, this.#tools.clock.wallMs()) !== "expired") return undefined;
    const why = `nobody else approved it until ${renderInstant(expiresAt)}`;
    await this.#close(operation, "expired", why);
    return new GreenlightError("GL_REFUSED", `it is expired: ${why}`);
  }

  /**
   * Opens it once enough people agree. What is away or in the way for a moment is waited for, until
   * it expires; what forbids it closes it.
   */
  async #conclude(operation: string): Promise<void> {
    const request = this.#known(operation);
    const { clock, signal, journal, runbooks } = this.#tools;
    if (stateOfRequest(request, clock.wallMs()) !== "agreed") return;
    const { plan, by, reason, takesBack } = request;
    const asked = { id: operation, by, reason, ...(takesBack !== undefined && { takesBack }) };
    const runbook = runbooks.get(plan.kind);
    try {
      const isOpened = (await journal.read(operation)).length > 0;
      if (!isOpened && !runbook)
        throw new GreenlightError("GL_REFUSED", `there is no runbook ${plan.kind} any more`);
      if (!isOpened && runbook) await openOnRequest(runbook, asked, this.#tools, request);
    } catch (error) {
      signal.throwIfAborted();
      // Another process may have been faster.
      if ((await journal.read(operation)).length === 0) {
        if (!PASSING.includes(codeOf(error) ?? "GL_BUG"))
          await this.#close(operation, "refused", detailOf(error));
        throw error;
      }
    }
    const others = request.approvals.map((approval) => approval.by).join(", ");
    const why = request.people > 1 ? `approved by ${others}` : "nobody else had to agree";
    await this.#close(operation, "opened", why);
  }

  async #close(
    operation: string,
    end: NonNullable<ApprovalRequest["closed"]>["end"],
    reason: string,
  ): Promise<void> {
    await this.#tools.recollection.claim({ type: "approval.closed", operation, end, reason });
  }

  #known(operation: string): ApprovalRequest {
    const found = this.find(operation);
    if (!found) throw new GreenlightError("GL_UNKNOWN", `nobody asked for ${operation}`);
    return found;
  }

  async #alone<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#last.then(task);
    this.#last = done.catch(() => undefined);
    return await done;
  }
}

/** What was true when it was asked for is too old after that. */
const PATIENCE_MS = 600_000;
const TURN_MS = 1_000;
/** What has nothing to say against it. */
const PASSING: readonly ErrorCode[] = ["GL_STORAGE_AWAY", "GL_LEASE_HELD", "GL_UNREACHABLE"];
