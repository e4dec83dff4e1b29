import { z } from "zod";
import type { Report } from "../../domain/report.ts";
import { PAGE_POLICY, renderReportPage } from "../../runtime/report-page/page.ts";
import { type Route, route } from "../route.ts";

const listQuery = z.strictObject({
  application: z.string().min(1).max(50).optional(),
  kind: z.string().min(1).max(40).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
});

const showQuery = z.strictObject({ format: z.enum(["json", "html"]).optional() });

/** Reports: the record in its canonical spelling, and the page that shows it. */
export const reportRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/v1/reports",
    role: "viewer",
    query: listQuery,
    answer: async ({ control, query: { application, kind, limit } }) => {
      const filter = {
        limit,
        ...(application !== undefined && { application }),
        ...(kind !== undefined && { kind }),
      };
      return { json: { reports: await control.reports(filter) } };
    },
  }),
  route({
    method: "get",
    path: "/v1/reports/:id",
    role: "viewer",
    query: showQuery,
    answer: async ({ control, params, query, header }) => {
      const { body, sha256 } = await control.reportBody(params["id"] ?? "");
      const isPage = (query.format ?? (wantsPage(header("accept")) ? "html" : "json")) === "html";
      if (!isPage) return { text: body, type: "application/json; charset=utf-8" };
      const text = renderReportPage(JSON.parse(body) as Report, sha256);
      return { text, type: "text/html; charset=utf-8", policy: PAGE_POLICY };
    },
  }),
];

/** As a browser asks: a page before anything else. */
function wantsPage(accept: string | undefined): boolean {
  return /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(accept ?? "");
}
