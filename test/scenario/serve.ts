import { eventually } from "../fakes/until.ts";
import { Child } from "./child.ts";
import { type Asking, askJson, type Reply } from "./http-json.ts";

export interface ServeOptions {
  readonly config: string;
  /** Where its API will be. */
  readonly url: string;
  readonly token: string;
  /** `serve`, or another command that serves the API, with its options. */
  readonly command?: readonly [string, ...string[]];
}

/** `greenlight serve`, in a process of its own, and its API. */
export class Serve {
  readonly #options: ServeOptions;
  readonly child: Child;

  constructor(options: ServeOptions) {
    this.#options = options;
    const [command, ...more] = options.command ?? ["serve"];
    this.child = new Child([command, options.config, ...more]);
  }

  async api(path: string, { headers, ...asking }: Asking = {}): Promise<Reply> {
    const { url, token } = this.#options;
    return await askJson(url + path, {
      ...asking,
      headers: {
        authorization: `Bearer ${token}`,
        ...(asking.body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
    });
  }

  async post(path: string, body: unknown = {}, headers: Asking["headers"] = {}): Promise<Reply> {
    return await this.api(path, { method: "POST", body, headers });
  }

  /** Until the API says that it can do its work. */
  async ready(): Promise<void> {
    await eventually(async () => {
      if (!this.child.isRunning) throw new Error(`serve ended: ${this.child.err}`);
      return await this.api("/readyz").then(
        ({ status }) => status === 200,
        () => false,
      );
    }, STARTS);
  }
}

/** Its database is made anew, on a machine that has other things to do. */
const STARTS = { withinMs: 40_000, everyMs: 50 };
