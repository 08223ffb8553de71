import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { UserError } from "../../components/errors";
import { connections } from "../../components/job/connections";
import { backendAdvice } from "../pipeline/backend-advice";
import { messages, type Preview } from "../pipeline/preview-steps";
import type { ReportRequest } from "./arguments";
import type { QuotaAnswers, RoleUse } from "./quota";
import type { Role } from "./roles";
import { readPreview, readState, type Source } from "./source";

const commands = {
  preview: ["preview", "--json", "--show-sames", "--non-interactive"],
  deployed: ["stack", "export"],
} as const;

/**
 * Reads the preview or state that the report is of, from a file or from the `pulumi` on PATH.
 * @param root the project's folder
 */
export function gatherSource(request: ReportRequest, root: string): Source {
  const source = sourceOf(request, root);
  // A preview that failed early has no resource to name it.
  return source.stack === "" ? { ...source, stack: request.stack } : source;
}

function sourceOf({ stack, source }: ReportRequest, root: string): Source {
  if ("file" in source) return read(source.holds, textOf(source.file), source.file);
  const args = [...commands[source.run], "--stack", stack];
  const { stdout, stderr, error, status } = spawnSync("pulumi", args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1024 ** 3,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const command = `pulumi ${args.join(" ")}`;
  if (error)
    throw new UserError(`${command} cannot be run (${error.message}). Install the Pulumi CLI, or put it on PATH.`);
  // A preview that fails still tells what it has found, and that it failed.
  if (status !== 0 && !stdout.trimStart().startsWith("{")) {
    const said = [stderr.trim() || stdout.trim(), backendAdvice(stderr)].filter(Boolean).join("\n");
    throw new UserError(`${command} exited ${status ?? "by a signal"}:\n${said}`);
  }
  const found = read(source.run, stdout, command);
  if (found.incomplete) tellErrors(stdout, stderr);
  return found;
}

/** The report says that the preview has failed; nobody else has its output. */
function tellErrors(stdout: string, stderr: string): void {
  const errors = messages(JSON.parse(stdout) as Preview, "error");
  for (const text of [...errors, stderr.trim()].filter(Boolean)) console.error(text);
}

function read(holds: "preview" | "deployed", text: string, where: string): Source {
  return holds === "preview" ? readPreview(text, where) : readState(text, where);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new UserError(
      `${file} cannot be read (${(cause as Error).message}). Give the path of a preview or a state.`,
      {
        cause,
      },
    );
  }
}

/**
 * Asks the schedulers for the quotas of these roles, without credentials: reading takes none. A scheduler that does not
 * answer soon, as may be where a pipeline runs, leaves its roles unasked, and the reason on standard error.
 */
export async function gatherQuotas(roles: readonly Role[]): Promise<QuotaAnswers> {
  const answers = await Promise.all(roles.map(quotaOf));
  const unasked = roles.filter((_, index) => answers[index] === undefined);
  return { roles: answers.flatMap((answer) => answer ?? []), unasked: unasked.map(({ role }) => role) };
}

async function quotaOf({ scheduler, ...role }: Role): Promise<RoleUse | undefined> {
  const client = connections(new Map()).aurora(role.cluster, scheduler, "soon");
  try {
    return { ...role, quota: await client.quota(role.role) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(`The report is without the quota of the role ${role.role}: ${error.message}`);
    return undefined;
  } finally {
    await client.close();
  }
}
