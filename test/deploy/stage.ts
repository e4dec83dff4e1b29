import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { type ComposeService, ROOT, readComposeFile } from "./compose-file.ts";

export interface StageOptions {
  /** Where ./secrets of the compose file is. */
  readonly secrets: string;
  /** Whose configs are others than those of the compose file: by its name for them. */
  readonly configs?: Readonly<Record<string, string>>;
}

/**
 * The compose file's containers as processes of this machine. What a container has of its own, an
 * address and files, is told apart by two rules, and nothing else of it is changed:
 *
 *   a service's name, and within it 0.0.0.0 and, in commands, 127.0.0.1  ->  a loopback address of its own
 *   where a config, secret, volume or tmpfs is mounted      ->  the same path in a scratch directory
 */
export class Stage {
  readonly directory: string;
  readonly #compose = readComposeFile();
  readonly #options: StageOptions;
  readonly #network: string;

  constructor(options: StageOptions) {
    this.#options = options;
    this.directory = mkdtempSync(join(tmpdir(), "greenlight-stage-"));
    chmodSync(this.directory, 0o755);
    this.#network = `127.${drawByte()}.${drawByte()}`;
    for (const [name, service] of Object.entries(this.#compose.services)) this.#lay(name, service);
  }

  get names(): readonly string[] {
    return Object.keys(this.#compose.services);
  }

  service(name: string): ComposeService {
    const service = this.#compose.services[name];
    if (!service) throw new Error(`docker-compose.yml has no ${name}`);
    return service;
  }

  addressOf(name: string): string {
    return `${this.#network}.${10 + this.names.indexOf(name)}`;
  }

  /** Where the container's path is. */
  pathOf(name: string, path: string): string {
    return join(this.directory, name, path);
  }

  /** A word of the container's commands and environment, by the two rules. */
  localise(name: string, word: string): string {
    return this.#localiseText(name, word).replaceAll(/\b127\.0\.0\.1\b/g, this.addressOf(name));
  }

  /** In a file 127.0.0.1 is what is looked after: on this machine, where the tests are. */
  #localiseText(name: string, text: string): string {
    // All at once: a scratch directory's own path may look like one of a container's.
    const mounts = mountsOf(this.service(name)).toSorted((a, b) => b.length - a.length);
    const paths = new RegExp(`(?<![\\w/.-])(?:${mounts.map(literal).join("|")})(?![\\w-])`, "g");
    const hosts = new RegExp(`(?<![\\w-])(?:${this.names.join("|")})(?=:\\d)`, "g");
    return text
      .replaceAll(paths, (path) => this.pathOf(name, path))
      .replaceAll(hosts, (host) => this.addressOf(host))
      .replaceAll(/\b0\.0\.0\.0\b/g, this.addressOf(name));
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  #lay(name: string, service: ComposeService): void {
    for (const path of [...service.tmpfs, ...service.volumes.map(targetOf)])
      mkdirSync(this.pathOf(name, path), { recursive: true });
    for (const { source, target } of service.configs) {
      const own = this.#options.configs?.[source];
      const text =
        own ?? readFileSync(join(ROOT, this.#compose.configs[source]?.file ?? ""), "utf8");
      const path = this.pathOf(name, target);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, this.#localiseText(name, text), { mode: 0o555 });
    }
    mkdirSync(this.pathOf(name, SECRETS), { recursive: true });
    for (const { source, target } of service.secrets) {
      const file = this.#compose.secrets[source]?.file ?? "";
      const from = join(this.#options.secrets, file.replace("./secrets/", ""));
      copyFileSync(from, this.pathOf(name, join(SECRETS, target)));
    }
  }
}

const SECRETS = "/run/secrets";

function mountsOf({ configs, volumes, tmpfs }: ComposeService): readonly string[] {
  return [SECRETS, ...configs.map(({ target }) => target), ...volumes.map(targetOf), ...tmpfs];
}

function literal(text: string): string {
  return text.replaceAll(".", "\\.");
}

function targetOf(volume: string): string {
  return volume.split(":")[1] ?? "";
}

/** Two suites at once hardly draw the same two; 127.0 is what others use. */
function drawByte(): number {
  return 1 + Math.floor(createChance(new SystemClock()).fraction() * 250);
}
