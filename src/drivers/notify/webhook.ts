import { createHmac } from "node:crypto";
import { Client } from "undici";
import { z } from "zod";
import { bounded } from "../../adapters/clock/bound.ts";
import { dateOf, parseDate } from "../../adapters/clock/rfc3339.ts";
import { networkFailureOf } from "../../adapters/network/network-failure.ts";
import { secretRef } from "../../adapters/schema/secret-ref.ts";
import { codeOf, GreenlightError } from "../../domain/errors.ts";
import type { Message, Notifier, RetryAfter } from "../../engine/ports/notifier.ts";
import type { NotifyTools } from "./notify.ts";

export const schema = z.strictObject({
  notifier: z.literal("webhook"),
  url: z.url({ protocol: /^https?$/ }).max(2000),
  secretRef: secretRef.meta({ description: "whsec_ and 24 to 64 bytes in base64." }),
});

/**
 * POSTs each message, signed by Standard Webhooks (https://www.standardwebhooks.com). A redirect is
 * not followed: it is not the receiver that was configured. Not tried again: the caller decides, and
 * is told what the receiver says in `Retry-After`.
 */
export function create(
  { url }: Pick<z.infer<typeof schema>, "url">,
  { clock, secret }: Pick<NotifyTools, "clock" | "secret">,
): Notifier {
  const key = keyOf(secret);
  return {
    name: "webhook",
    send: async (message, signal) => {
      const body = render(message);
      const timestamp = String(Math.floor(clock.wallMs() / 1000));
      const signature = sign(key, `${message.id}.${timestamp}.${body}`);
      const headers = {
        "content-type": "application/json",
        "user-agent": "greenlight",
        "webhook-id": message.id,
        "webhook-timestamp": timestamp,
        "webhook-signature": `v1,${signature}`,
      };
      const answer = await bounded({ clock, timeoutMs: TIMEOUT_MS, signal }, (inTime) =>
        post(url, { headers, body, signal: inTime }),
      );
      const { status, retryAfter } = answer;
      if (status >= 200 && status <= 299) return;
      const cause = { retryAfterMs: waitOf(retryAfter, clock.wallMs()) } satisfies RetryAfter;
      throw new GreenlightError(codeFor(status), `the webhook answered ${status}`, cause);
    },
  };
}

interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

interface PostAnswer {
  readonly status: number;
  /** As it came; "": it did not. */
  readonly retryAfter: string;
}

/** Over a connection of its own: messages are rare. What is answered beside the status is dropped. */
async function post(url: string, { headers, body, signal }: Post): Promise<PostAnswer> {
  const { origin, pathname, search } = new URL(url);
  const client = new Client(origin, { headersTimeout: 0, bodyTimeout: 0 });
  try {
    const path = pathname + search;
    const answer = await client.request({ method: "POST", path, headers, body, signal });
    answer.body.on("error", () => undefined);
    const { "retry-after": retryAfter } = answer.headers;
    return { status: answer.statusCode, retryAfter: String(retryAfter ?? "") };
  } catch (error) {
    if (codeOf(error) !== undefined) throw error;
    throw new GreenlightError("GL_UNREACHABLE", networkFailureOf(error).detail, error);
  } finally {
    await client.destroy();
  }
}

function render({ at, ...data }: Message): string {
  const timestamp = dateOf(at).toISOString();
  return JSON.stringify({ type: "greenlight.message", timestamp, data });
}

function sign(key: Buffer, text: string): string {
  return createHmac("sha256", key).update(text).digest("base64");
}

/** Throws GL_CONFIG; never says what the secret is. */
function keyOf(secret: string | undefined): Buffer {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret ?? "")?.[1] ?? "";
  const key = Buffer.from(encoded, "base64");
  if (key.length >= 24 && key.length <= 64) return key;
  throw new GreenlightError(
    "GL_CONFIG",
    "a webhook's secret is whsec_ and 24 to 64 bytes in base64",
  );
}

/** RFC 9110: seconds, or a date. What is neither asks for nothing. */
function waitOf(retryAfter: string, now: number): number {
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const at = parseDate(retryAfter);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}

function codeFor(status: number) {
  return status >= 500 || status === 429 || status === 408 ? "GL_UNREACHABLE" : "GL_REJECTED";
}

const TIMEOUT_MS = 10_000;
