import { UserError } from "../../components/errors";
import { parseCommandLine, understood } from "../command-line";

export const usage = `npm run report -- <stack> [--preview FILE | --state FILE | --deployed] [--quota]
               [--format markdown|html] [--out FILE]

Without a source it runs 'pulumi preview'. Give a preview of your own as 'pulumi preview --json --show-sames' prints it,
a state as 'pulumi stack export' does.`;

/** What the report command was asked for. */
export interface ReportRequest {
  readonly stack: string;
  readonly source:
    { readonly run: "preview" | "deployed" } | { readonly file: string; readonly holds: "preview" | "deployed" };
  readonly format: "markdown" | "html";
  /** A file to write, or else standard output. */
  readonly out?: string;
  /** Whether to ask the scheduler for the role's quota. */
  readonly quota: boolean;
}

/** @throws UserError with the usage where the command line is not understood */
export function parseRequest(args: readonly string[]): ReportRequest {
  const { values, positionals } = parsed(args);
  const [stack, ...more] = positionals;
  if (stack === undefined || more.length > 0) throw new UserError(`Name one stack.\n${usage}`);
  const { preview, state, deployed, format, out, quota } = values;
  const sources: ReportRequest["source"][] = [
    ...(preview === undefined ? [] : [{ file: preview, holds: "preview" as const }]),
    ...(state === undefined ? [] : [{ file: state, holds: "deployed" as const }]),
    ...(deployed ? [{ run: "deployed" as const }] : []),
  ];
  if (sources.length > 1) throw new UserError(`Give one of --preview, --state and --deployed.\n${usage}`);
  if (format !== "markdown" && format !== "html") throw new UserError(`There is no format '${format}'.\n${usage}`);
  return { stack, source: sources[0] ?? { run: "preview" }, format, quota, ...(out !== undefined && { out }) };
}

/** The stack that `pulumi` is to run on; undefined of a command line for which it need not. */
export function stackOf(args: readonly string[]): string | undefined {
  const request = understood(() => parseRequest(args));
  return request !== undefined && "run" in request.source ? request.stack : undefined;
}

function parsed(args: readonly string[]) {
  return parseCommandLine(usage, {
    args: [...args],
    allowPositionals: true,
    options: {
      preview: { type: "string" },
      state: { type: "string" },
      deployed: { type: "boolean", default: false },
      format: { type: "string", default: "markdown" },
      out: { type: "string" },
      quota: { type: "boolean", default: false },
    },
  });
}
