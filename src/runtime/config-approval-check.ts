import type { Flaw } from "../adapters/schema/issue-text.ts";
import type { Runbook } from "../domain/runbook.ts";
import type { Draft } from "./config-draft.ts";

type Path = readonly PropertyKey[];
type ApplicationDraft = NonNullable<NonNullable<Draft["applications"]>[number]>;
type TokenDraft = NonNullable<NonNullable<NonNullable<Draft["api"]>["tokens"]>[number]>;
type Approvals = Readonly<Record<string, number | undefined>>;

/** What is asked of people that nobody could give, or asked for a kind that there is not. */
export function* whyApprovalsWrong(
  draft: Draft,
  runbooks: ReadonlyMap<string, Runbook> | undefined,
): Generator<Flaw> {
  for (const [index, application] of (draft.applications ?? []).entries()) {
    const approvals = application?.policy?.approvals;
    const at: Path = ["applications", index, "policy"];
    if (approvals && runbooks) yield* whyNotKinds(approvals, runbooks, [...at, "approvals"]);
    if (application?.policy) yield* whyNotEnough(application, draft, at);
  }
}

/** One that is misspelt would be asked of nobody. */
function* whyNotKinds(approvals: Approvals, runbooks: ReadonlyMap<string, Runbook>, at: Path) {
  for (const kind of Object.keys(approvals))
    if (!runbooks.has(kind))
      yield {
        path: [...at, kind],
        what: `there is no runbook ${kind}: the kinds are ${[...runbooks.keys()].join(", ")}`,
        surplus: true as const,
      };
}

/** Where nobody has a token nobody can ask either; one whose role or owner is wrong is told there. */
function* whyNotEnough({ policy }: ApplicationDraft, { api }: Draft, at: Path): Generator<Flaw> {
  const tokens = api?.tokens ?? [];
  const most = mostPeople(tokens);
  if (most === undefined) return;
  const given = policy?.approvals;
  for (const [kind, people] of Object.entries(given ?? DEFAULT_APPROVALS))
    if (people !== undefined && people > most)
      yield {
        path: given ? [...at, "approvals", kind] : at,
        what: `${kind} takes ${people} people, and of the owners of api.tokens at most ${most} could agree: one who asks (operator, admin), and others who approve (approver, admin)`,
      };
}

/** Whoever asks, and all others who may approve; undefined: that can't be told. */
function mostPeople(tokens: readonly (TokenDraft | undefined)[]): number | undefined {
  if (tokens.length === 0) return undefined;
  const whole = tokens.flatMap((token) =>
    token?.owner === undefined || token.role === undefined
      ? []
      : [{ owner: token.owner, role: token.role }],
  );
  if (whole.length < tokens.length) return undefined;
  const withRole = (...roles: readonly string[]) =>
    new Set(whole.filter(({ role }) => roles.includes(role)).map(({ owner }) => owner));
  const approvers = withRole("approver", "admin");
  const sizes = [...withRole("operator", "admin")].map(
    (asker) => new Set([...approvers, asker]).size,
  );
  return Math.max(0, ...sizes);
}

/** By kind, where a policy says nothing. */
export const DEFAULT_APPROVALS = { failback: 2 };
