import type { Missing } from "./missing.ts";

/** The parts of a report that auditors ask for, and that Greenlight has no data for. */
export type NeverCaptured = {
  readonly people: Missing;
  readonly securityPosture: Missing;
  readonly clock: { readonly source: string; readonly offset: Missing };
  readonly lessons: Missing;
  readonly correctiveActions: Missing;
  readonly signOff: Missing;
  readonly retention: Missing;
};

export const NEVER_CAPTURED: NeverCaptured = {
  people: {
    notCaptured:
      "Greenlight knows who asked and who approved, not who else took part, was absent or was told",
  },
  securityPosture: {
    notCaptured:
      "TLS, authorisation, audit logs, secrets and backups of the standby are not looked at",
  },
  clock: {
    source: "the wall clock of the machine that Greenlight runs on; durations may span its steps",
    offset: { notCaptured: "its offset to a reference clock is not measured" },
  },
  lessons: { notCaptured: "people find these; deviations are above" },
  correctiveActions: { notCaptured: "owners and due dates are kept by people, elsewhere" },
  signOff: {
    notCaptured: "no person signs a report; the journal that it is made from is signed as a whole",
  },
  retention: { notCaptured: "how long it must be kept is not configured; the journal keeps all" },
};
