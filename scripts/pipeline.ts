import { UserError } from "../components/errors";
import { parseCommandLine, runCommand } from "./command-line";
import { deploy, drift, type Outcome, preview } from "./pipeline/steps";

const usages = {
  preview: `npm run preview -- <stack> [--out FOLDER]
Writes the plan and the preview into FOLDER, else into 'preview' here.
Exit codes: 0 no changes; 1 failed, or a policy is broken; 2 there are changes.`,
  deploy: `npm run deploy -- <stack> [--reviewed FOLDER]
With the FOLDER of a preview: what its plan says, and nothing else.
Exit codes: 0 done; 1 failed.`,
  drift: `npm run drift -- <stack>
Exit codes: 0 no differences; 1 failed; 2 there are differences.`,
} as const;

const steps: Readonly<Record<string, (args: string[]) => Promise<Outcome>>> = {
  preview: (args) => {
    const options = { out: { type: "string", default: "preview" } } as const;
    const { values, positionals } = parseCommandLine(usages.preview, { args, allowPositionals: true, options });
    return preview(only(positionals, usages.preview), values.out);
  },
  deploy: (args) => {
    const options = { reviewed: { type: "string" } } as const;
    const { values, positionals } = parseCommandLine(usages.deploy, { args, allowPositionals: true, options });
    return deploy(only(positionals, usages.deploy), values.reviewed);
  },
  drift: (args) => {
    const { positionals } = parseCommandLine(usages.drift, { args, allowPositionals: true, options: {} });
    return drift(only(positionals, usages.drift));
  },
};

function only([stack, ...others]: readonly string[], usage: string): string {
  if (stack === undefined || others.length > 0) throw new UserError(`Name one stack.\n${usage}`);
  return stack;
}

function main(): Promise<Outcome> {
  const [name = "", ...args] = process.argv.slice(2);
  const step = steps[name];
  if (step === undefined) throw new UserError(`There is no step '${name}'.\n${Object.values(usages).join("\n\n")}`);
  return step(args);
}

void runCommand(main);
