import { UserError } from "../components/errors";
import { parseCommandLine, runCommand } from "./command-line";
import { deploy, drift, type Outcome, preview } from "./pipeline/steps";

const usage = `npm run preview -- <stack> [--out FOLDER]
npm run deploy -- <stack> [--reviewed FOLDER]
npm run drift -- <stack>
Exit codes: 0 nothing to do, or done; 1 failed, or a policy is broken; 2 there are changes (preview), or differences (drift).`;

async function main(): Promise<Outcome> {
  const { values, positionals } = parseCommandLine(usage, {
    allowPositionals: true,
    options: { out: { type: "string", default: "preview" }, reviewed: { type: "string" } },
  });
  const [step = "", stack, ...others] = positionals;
  if (stack === undefined || others.length > 0) throw new UserError(`Name one stack.\n${usage}`);
  switch (step) {
    case "preview":
      return preview(stack, values.out);
    case "deploy":
      return deploy(stack, values.reviewed);
    case "drift":
      return drift(stack);
    default:
      throw new UserError(`There is no step '${step}'.\n${usage}`);
  }
}

void runCommand(main);
