import type { Command } from "commander";
import { apiAccess } from "../runtime/environment.ts";
import { type Client, createClient } from "./client.ts";
import type { Terminal } from "./terminal.ts";

/** What a command is given: the terminal, the API, and a way to say how it ended. */
export class Shell {
  readonly terminal: Terminal;
  /** The exit status, where nothing is thrown. */
  status = 0;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  client(): Client {
    return createClient(apiAccess(this.terminal.env), this.terminal.clock);
  }

  /** Prints the value as JSON where the command was called with `-o json`, else the text. */
  async print(command: Command, value: unknown, text: () => string): Promise<void> {
    const isJson = command.optsWithGlobals<{ output?: string }>().output === "json";
    await this.terminal.out(isJson ? `${JSON.stringify(value, undefined, 2)}\n` : text());
  }
}
