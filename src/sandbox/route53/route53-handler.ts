import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { rfc3339 } from "../../adapters/clock/rfc3339.ts";
import { compare } from "./api-set.ts";
import type { ChangeInfo, HostedZone } from "./hosted-zone.ts";
import { nameOf, readChanges, setContent } from "./route53-request.ts";
import { type Content, renderXml } from "./xml.ts";

/** How the API is at the moment. Each counts down to 0. */
export interface Busy {
  /** So many of the next calls are answered `Throttling`. */
  throttled: number;
  /** So many of the next batches are answered `PriorRequestNotComplete`. */
  prior: number;
}

export interface Route53HandlerOptions {
  readonly zone: HostedZone;
  /** Who may call. The signature itself is not looked at. */
  readonly accessKeyId: string;
  readonly busy: Busy;
}

/** The calls of Route 53's API (2013-04-01) that change records of one hosted zone. */
export function createRoute53Handler(options: Route53HandlerOptions): RequestListener {
  return (request, response) => {
    const answered = readBody(request).then((body) => answer(request, body, options));
    answered.then(
      (reply) => send(response, reply),
      (error: unknown) => send(response, failure(500, "InternalFailure", String(error))),
    );
  };
}

interface Reply {
  readonly status: number;
  readonly xml: string;
}

function answer(
  { method = "GET", url = "/", headers }: IncomingMessage,
  body: string | undefined,
  { zone, accessKeyId, busy }: Route53HandlerOptions,
): Reply {
  if (busy.throttled > 0) {
    busy.throttled -= 1;
    return failure(400, "Throttling", "Rate exceeded");
  }
  const who = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\//.exec(headers.authorization ?? "")?.[1];
  if (who === undefined)
    return failure(403, "MissingAuthenticationToken", "Missing Authentication Token");
  if (who !== accessKeyId) return failure(403, "InvalidClientTokenId", UNKNOWN_TOKEN);
  const { pathname, searchParams: query } = new URL(url, "http://route53");
  const [version, collection, id = "", part] = pathname.split("/").filter((one) => one !== "");
  if (version !== "2013-04-01") return failure(404, "UnknownOperationException", "");
  if (collection === "change" && method === "GET") return answerChange(zone.find(id), id);
  if (collection !== "hostedzone") return failure(404, "UnknownOperationException", "");
  if (id !== zone.id)
    return failure(404, "NoSuchHostedZone", `No hosted zone found with ID: ${id}`);
  if (part === undefined && method === "GET") return answerZone(zone);
  if (part !== "rrset") return failure(404, "UnknownOperationException", "");
  if (method === "GET") return answerList(zone, query);
  if (busy.prior > 0) {
    busy.prior -= 1;
    return failure(400, "PriorRequestNotComplete", PRIOR);
  }
  return answerBatch(zone, body ?? "");
}

function answerBatch(zone: HostedZone, body: string): Reply {
  const changes = readChanges(body);
  if (changes === undefined) return failure(400, "InvalidInput", "The request can't be read");
  const changed = zone.change(changes);
  if ("refused" in changed) return failure(400, "InvalidChangeBatch", changed.refused);
  return ok("ChangeResourceRecordSetsResponse", [["ChangeInfo", infoContent(changed)]]);
}

function answerChange(info: ChangeInfo | undefined, id: string): Reply {
  if (info) return ok("GetChangeResponse", [["ChangeInfo", infoContent(info)]]);
  return failure(404, "NoSuchChange", `A change with id ${id} could not be found`);
}

function answerZone(zone: HostedZone): Reply {
  const hosted: Content = [
    ["Id", `/hostedzone/${zone.id}`],
    ["Name", `${zone.name}.`],
    ["CallerReference", "sandbox"],
    ["ResourceRecordSetCount", String(zone.sets().length)],
  ];
  return ok("GetHostedZoneResponse", [["HostedZone", hosted]]);
}

function answerList(zone: HostedZone, query: URLSearchParams): Reply {
  const [name, type] = [query.get("name"), query.get("type")];
  if (name === null && type !== null) return failure(400, "InvalidInput", "type without name");
  const identifier = query.get("identifier") ?? undefined;
  const from = { name: nameOf(name ?? ""), type: type ?? "", identifier };
  const maxItems = Math.min(Number(query.get("maxitems") ?? MAX_ITEMS) || MAX_ITEMS, MAX_ITEMS);
  const sets = zone.sets().filter((set) => name === null || compare(set, from) >= 0);
  const next = sets[maxItems];
  const page = sets.slice(0, maxItems);
  return ok("ListResourceRecordSetsResponse", [
    ["ResourceRecordSets", page.map((set) => ["ResourceRecordSet", setContent(set)] as const)],
    ["IsTruncated", String(next !== undefined)],
    ["MaxItems", String(maxItems)],
    ...(next
      ? ([
          ["NextRecordName", `${next.name}.`],
          ["NextRecordType", next.type],
          ...(next.identifier ? ([["NextRecordIdentifier", next.identifier]] as const) : []),
        ] as const)
      : []),
  ]);
}

function infoContent({ id, status, submittedAt }: ChangeInfo): Content {
  return [
    ["Id", `/change/${id}`],
    ["Status", status],
    ["SubmittedAt", rfc3339(submittedAt)],
  ];
}

function ok(name: string, content: Content): Reply {
  return { status: 200, xml: renderXml(name, content) };
}

function failure(status: number, code: string, message: string): Reply {
  const error: Content = [
    ["Type", status >= 500 ? "Receiver" : "Sender"],
    ["Code", code],
    ["Message", message],
  ];
  const content: Content = [
    ["Error", error],
    ["RequestId", "00000000-0000-0000-0000-000000000000"],
  ];
  return { status, xml: renderXml("ErrorResponse", content) };
}

/** undefined: too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, { status, xml }: Reply): void {
  if (response.destroyed) return;
  response.writeHead(status, { "content-type": "text/xml" });
  response.end(xml);
}

const MAX_ITEMS = 300;
const MAX_BODY_BYTES = 256 * 1024;
const UNKNOWN_TOKEN = "The security token included in the request is invalid.";
const PRIOR = "The request was rejected because Route 53 was still processing a prior request.";
