import { type Command, Option } from "commander";
import { createToken, type Role } from "../../runtime/token.ts";
import type { Shell } from "../shell.ts";

export function addToken(program: Command, shell: Shell): void {
  const token = program.command("token").description("Tokens of the API.");
  token
    .command("create")
    .description("Print a new token, and the line of api.tokens that lets it in.")
    .option("--owner <name>", "whose it is: a name in the journal", "operator")
    .addOption(
      new Option("--role <role>", "what it may")
        .choices(["viewer", "operator", "approver", "admin"])
        .default("operator"),
    )
    .addHelpText("after", "\nExamples:\n  $ greenlight token create --owner alice --role viewer")
    .action(async ({ owner, role }: { owner: string; role: Role }, command: Command) => {
      const { token: secret, line } = createToken(owner, role);
      await shell.print(command, { token: secret, line }, () => {
        const { hash } = line;
        return `${secret}\n- {owner: ${JSON.stringify(owner)}, role: ${role}, hash: "${hash}"}\n`;
      });
      shell.terminal.err("The first line is the token, shown this once; it is kept nowhere.\n");
      shell.terminal.err("The second is for api.tokens in greenlight.yaml.\n");
    });
}
