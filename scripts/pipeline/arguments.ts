import { UserError } from "../../components/errors";
import { parseCommandLine, understood } from "../command-line";
import { requireStackDocument } from "../stack-document";

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

/** A step of a pipeline, as it was asked for. */
export type StepRequest = { readonly stack: string } & (
  | { readonly step: "preview"; readonly folder: string }
  | { readonly step: "deploy"; readonly reviewed: string | undefined }
  | { readonly step: "drift" }
);

/** @throws UserError with the usage where the command line is not understood */
export function parseStep([step = "", ...args]: readonly string[]): StepRequest {
  switch (step) {
    case "preview": {
      const options = { out: { type: "string", default: "preview" } } as const;
      const { values, positionals } = parse(step, args, options);
      return { step, stack: only(positionals, usages.preview), folder: values.out };
    }
    case "deploy": {
      const { values, positionals } = parse(step, args, { reviewed: { type: "string" } });
      return { step, stack: only(positionals, usages.deploy), reviewed: values.reviewed };
    }
    case "drift":
      return { step, stack: only(parse(step, args, {}).positionals, usages.drift) };
    default:
      throw new UserError(`There is no step '${step}'.\n${Object.values(usages).join("\n\n")}`);
  }
}

/** The stack that `pulumi` is to run on; undefined of a command line for which it need not. */
export function stackOf(args: readonly string[]): string | undefined {
  return understood(() => {
    const { stack } = parseStep(args);
    requireStackDocument(stack);
    return stack;
  });
}

function parse<T extends NonNullable<Parameters<typeof parseCommandLine>[1]["options"]>>(
  step: keyof typeof usages,
  args: readonly string[],
  options: T,
) {
  return parseCommandLine(usages[step], { args: [...args], allowPositionals: true, options });
}

function only([stack, ...others]: readonly string[], usage: string): string {
  if (stack === undefined || others.length > 0) throw new UserError(`Name one stack.\n${usage}`);
  return stack;
}
