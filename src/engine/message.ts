import type { Decision } from "../domain/decision.ts";
import type { News } from "./news.ts";
import type { Message } from "./ports/notifier.ts";

/** What people are told of an operation; undefined where they need not know. */
export function messageOfNews({ plan, state, why = "" }: News, at: number): Omit<Message, "id"> {
  const { id: operation, application, kind, from, to } = plan;
  const about = { application, operation, at };
  const what = `${kind} of ${application} from ${from} to ${to}`;
  switch (state) {
    case "opened":
      return { ...about, severity: "warning", title: `${what} began`, text: why };
    case "waiting":
      return {
        ...about,
        severity: "page",
        title: `${what} waits for its Lease`,
        text: `${why}. It is tried again by itself.`,
      };
    case "held":
      return {
        ...about,
        severity: "page",
        title: `${what} is held`,
        text: `${why}. Look: greenlight operation show ${operation}. Go on: greenlight operation resume ${operation}. End it as it is: greenlight operation abort ${operation}.`,
      };
    case "closed":
      return {
        ...about,
        severity: "warning",
        title: `${what} was ended as it is`,
        text: `Nothing more is done. Look: greenlight report show ${operation}.`,
      };
    case "succeeded":
    case "restored":
      return { ...about, severity: "info", title: `${what} ${state}`, text: "" };
    case "preempted":
      return { ...about, severity: "warning", title: `${what} was preempted`, text: why };
    case "undone":
    case "aborted":
      return {
        ...about,
        severity: "page",
        title: `${what} was ${state}`,
        text: `${application} is where it was. Look: greenlight report show ${operation}.`,
      };
    default:
      return state satisfies never;
  }
}

/** What people are told of a decision; undefined where there is nothing to do. */
export function messageOfDecision(
  application: string,
  { action, verdict, reasons }: Decision,
  at: number,
): Omit<Message, "id"> | undefined {
  if (action === "stay") return undefined;
  const text = reasons.map((reason) => reason.text).join("; ");
  return action === "move"
    ? { application, at, severity: "warning", title: `${application}: ${verdict}, it moves`, text }
    : {
        application,
        at,
        severity: "page",
        title: `${application}: ${verdict}, and it may not move by itself`,
        text: `${text}. Look: greenlight explain ${application}.`,
      };
}
