import { realpathSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../components/errors";
import { projectRoot } from "../components/project";
import { parseCommandLine, runCommand } from "./command-line";
import { changesSince } from "./environments/git";
import { stackInputs } from "./environments/inputs";
import { stackNames } from "./environments/names";
import { touchedStacks } from "./environments/touched";

const usage = "npm run --silent environments [-- --touched-since GIT-REF]";

/** Prints the stacks that the project has documents of as a JSON list, as a pipeline's matrix wants it. */
function main(): void {
  const { values, positionals } = parseCommandLine(usage, {
    allowPositionals: true,
    options: { "touched-since": { type: "string" } },
  });
  if (positionals.length > 0) throw new UserError(`It takes no '${positionals.join(" ")}'.\n${usage}`);
  // As git says where its files are.
  const root = realpathSync(projectRoot());
  const stacks = join(root, "stacks");
  const names = stackNames(stacks);
  const since = values["touched-since"];
  const wanted =
    since === undefined
      ? names
      : touchedStacks(
          names.map((name) => stackInputs(stacks, name)),
          changesSince(since, root),
        );
  console.log(JSON.stringify(wanted));
}

void runCommand(main);
