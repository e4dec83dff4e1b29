import { canonical } from "../../domain/canonical.ts";
import { GreenlightError } from "../../domain/errors.ts";
import { reportOf } from "../../domain/report.ts";
import type { Control } from "../control.ts";
import type { DeskTools } from "./desk.ts";

type ReportDesk = Pick<Control, "reports" | "reportBody" | "auditKey" | "auditCheckpoint">;

/** Reports as they were kept, and what proves the journal that they are made from. */
export function createReportDesk(tools: DeskTools): ReportDesk {
  const { journal, reports, digest, signer, notary } = tools;
  return {
    reports: (filter) => reports.list(filter),
    reportBody: async (id) => {
      const kept = await reports.get(id);
      if (kept) return { body: kept.body, sha256: kept.sha256 };
      const report = reportOf(await journal.read(id));
      if (!report) throw new GreenlightError("GL_UNKNOWN", `there is no operation ${id}`);
      const body = canonical(report);
      return { body, sha256: digest(body) };
    },
    auditKey: async () => ({ key: signer.key, publicKey: signer.publicKey }),
    auditCheckpoint: async () => {
      const { newest } = notary;
      if (!newest) throw new GreenlightError("GL_UNKNOWN", "nothing was signed yet");
      const { type, signed, signedHash, heads, key, signature, seq, at } = newest;
      return { type, seq, at, signed, signedHash, heads, key, signature };
    },
  };
}
