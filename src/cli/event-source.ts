import { Agent } from "undici";
import { networkFailureOf } from "../adapters/network/network-failure.ts";
import { codeOf, GreenlightError } from "../domain/errors.ts";

export interface EventSourceTools {
  readonly authorization: string;
  /** What a status above 400 and its body say. */
  readonly refusalOf: (status: number, text: string) => GreenlightError;
}

/** The `data` of each server-sent event (WHATWG); comments, which say that it lives, are dropped. */
export async function* streamEvents(
  base: { readonly origin: string; readonly path: string },
  path: string,
  { authorization, refusalOf }: EventSourceTools,
): AsyncGenerator<string> {
  const agent = new Agent({ connect: { timeout: SILENT_MS }, bodyTimeout: SILENT_MS });
  try {
    const { statusCode, body } = await agent.request({
      origin: base.origin,
      path: base.path + path,
      method: "GET",
      headers: { authorization, accept: "text/event-stream" },
    });
    if (statusCode >= 400) throw refusalOf(statusCode, await body.text());
    let text = "";
    for await (const part of body.setEncoding("utf8")) {
      const blocks = `${text}${part}`.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data !== undefined) yield data;
      }
    }
  } catch (error) {
    if (codeOf(error) !== undefined) throw error;
    throw new GreenlightError("GL_UNREACHABLE", networkFailureOf(error).detail, error);
  } finally {
    await agent.destroy();
  }
}

/** Three times as long as a server that has nothing to say keeps silent. */
const SILENT_MS = 30_000;
