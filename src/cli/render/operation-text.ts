import { takenBackBy } from "../../domain/cause.ts";
import type { JournalEvent } from "../../domain/event.ts";
import { renderInstant } from "../../domain/instant.ts";
import type { OperationSummary } from "../../runtime/control.ts";
import type { OperationDetail, StepProgress } from "../../runtime/operation-detail.ts";
import { renderTable } from "./table.ts";
import { field, renderDuration, wrap } from "./text-block.ts";

export function renderOperations(operations: readonly OperationSummary[]): string {
  return renderTable(
    ["ID", "KIND", "OPENED", "STATE", "APPLICATION"],
    operations.map(({ id, kind, openedAt, state, application }) => [
      id,
      kind.length > KIND ? `${kind.slice(0, KIND - 1)}…` : kind,
      renderInstant(openedAt).slice(0, "2026-01-01T00:00".length),
      // Two words of one would take the room of the application.
      state === "awaiting-approval" ? "awaiting" : state,
      application,
    ]),
  );
}

/** Of a kind: what one line of 80 columns has for it. `operation show` has the whole. */
const KIND = 12;

export function renderOperation(detail: OperationDetail): string {
  const { id, plan, by, reason, openedAt, state, because, steps, approval } = detail;
  const { commit } = plan;
  const lines = [
    ...wrap("", `${plan.kind} of ${plan.application} from ${plan.from} to ${plan.to}: ${state}`),
    ...(because === undefined ? [] : field("because", because)),
    ...field("operation", `${id}, epoch ${plan.epoch}`),
    ...field(approval ? "asked for" : "opened", renderInstant(openedAt)),
    ...field("by", by),
    ...field("reason", reason),
    ...(approval ? renderApproval(detail, approval) : []),
    ...(commit ? renderCommit(detail, commit) : []),
    ...(state === "held" ? field("go on", `greenlight operation resume ${id}`) : []),
    "",
    renderTable(["STEP", "STATE", "TOOK", "WHY"], steps.map(rowOf)).trimEnd(),
  ];
  return `${lines.join("\n")}\n`;
}

/** Who agreed, who must, and with which command. */
function renderApproval(
  { id, plan, planHash, state }: OperationDetail,
  { people, approvals, expiresAt }: NonNullable<OperationDetail["approval"]>,
): readonly string[] {
  const given = approvals.map(({ by, at }) => `${by} at ${renderInstant(at)}`).join(", ");
  return [
    ...field("plan", planHash),
    ...field("approved by", `${given || "nobody yet"}; ${people} people must agree`),
    ...field("primary now", plan.from),
    ...(state === "awaiting-approval"
      ? [
          ...field("expires", renderInstant(expiresAt)),
          ...field("approve", `greenlight operation approve ${id}`),
          ...field("withdraw", `greenlight operation abort ${id}`),
        ]
      : []),
  ];
}

/** Until when one command takes it back. */
function renderCommit(
  { id, state, events }: OperationDetail,
  { windowMs, back }: NonNullable<OperationDetail["plan"]["commit"]>,
): readonly string[] {
  const ended = events.find(({ type }) => type === "operation.ended");
  const opened = events.find((event) => event.type === "operation.opened");
  if (!ended || state !== "succeeded" || takenBackBy(opened) !== undefined) return [];
  const until = renderInstant(ended.at + windowMs);
  return [
    ...field("take back", `until ${until}, by a ${back}:`),
    ...field("", `greenlight operation rollback ${id}`),
  ];
}

/** One line, or a few, of what happened: when since the start, what, and of which step. */
export function renderProgress(event: JournalEvent, openedAt: number): string {
  const offset = `+${((event.at - openedAt) / 1000).toFixed(3)} s`.padStart(11);
  const step = "step" in event ? `${event.step} ` : "";
  const again = "attempt" in event && event.attempt > 1 ? `attempt ${event.attempt} ` : "";
  const outcome = event.type === "operation.ended" ? `${event.outcome} ` : "";
  const why = "reason" in event && event.reason !== undefined ? event.reason : "";
  const lines = wrap(`${offset}  ${event.type.padEnd(18)}  `, `${step}${again}${outcome}${why}`);
  return lines.map((line) => `${line}\n`).join("");
}

function rowOf({ id, state, durationMs, reason }: StepProgress): readonly string[] {
  return [id, state, durationMs === undefined ? "-" : renderDuration(durationMs), reason ?? ""];
}
