import { z } from "zod";
import type { Notifier } from "../../engine/ports/notifier.ts";
import * as log from "./log.ts";
import type { NotifyTools } from "./notify.ts";
import * as webhook from "./webhook.ts";

/** Every notifier: a new one is a file, a line here and a case below. */
export const registry = z.discriminatedUnion("notifier", [log.schema, webhook.schema]);

export type NotifierConfig = z.infer<typeof registry>;

/** Throws GL_CONFIG where the secret is none. */
export function createNotifier(config: NotifierConfig, tools: NotifyTools): Notifier {
  switch (config.notifier) {
    case "log":
      return log.create(tools);
    case "webhook":
      return webhook.create(config, tools);
    default:
      return config satisfies never;
  }
}
