import { Command, CommanderError } from "commander";
import { type HostPort, hostPort, parseHostPort } from "../adapters/schema/host-port.ts";
import { codeOf, detailOf, ERRORS, GreenlightError, runbookOf } from "../domain/errors.ts";
import { packageVersion } from "../runtime/package-root.ts";

/** A worker's own command, which takes a configuration. */
export function workerCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .version(packageVersion())
    .argument("<config>", "the configuration")
    .option("--health <host:port>", "answer /livez and /readyz there")
    .exitOverride();
}

/** Runs it to its end and says with which status the process exits. Never rejects. */
export async function runWorker(command: Command, args: readonly string[]): Promise<number> {
  try {
    await command.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : ERRORS.GL_USAGE.exit;
    const code = codeOf(error) ?? "GL_BUG";
    const lines = [
      `${command.name()}: ${code}: ${ERRORS[code].title}: ${detailOf(error)}`,
      ...(code === "GL_BUG" && error instanceof Error ? [`${error.stack}`] : []),
      `what to do: runbooks/${runbookOf(code)}`,
    ];
    process.stderr.write(`${lines.join("\n")}\n`);
    return ERRORS[code].exit;
  }
}

/** Throws GL_USAGE. */
export function addressOf(text: string, option: string): HostPort {
  if (hostPort.safeParse(text).success) return parseHostPort(text);
  throw new GreenlightError("GL_USAGE", `${option} ${text} is not host:port`);
}
