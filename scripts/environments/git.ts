import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { textAt } from "../../components/config/inspect";
import { parseDocuments } from "../../components/config/read";
import { UserError } from "../../components/errors";
import type { ChangedFile } from "./touched";

/**
 * The files that the commits since `ref` have changed, as `git diff ref...HEAD` tells them: what is not committed counts for
 * nothing. A file that was renamed is two.
 * @param folder anywhere in the repository
 * @throws UserError when git does not know `ref`, or shares no history with it
 */
export function changesSince(ref: string, folder: string): readonly ChangedFile[] {
  const top = line(git(folder, "rev-parse", "--show-toplevel"));
  const since = line(git(folder, "rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`));
  const base = line(git(folder, "merge-base", since, "HEAD"));
  return git(top, "diff", "--name-only", "--no-renames", "-z", base, "HEAD")
    .split("\0")
    .filter((path) => path !== "")
    .map((path) => ({ path: join(top, path), topologiesBefore: () => topologyNames(top, base, path) }));
}

/** A document that was not there had none. */
function topologyNames(top: string, base: string, path: string): readonly string[] | undefined {
  if (git(top, "ls-tree", "--name-only", "-z", base, "--", path) === "") return [];
  const { documents, problems } = parseDocuments(git(top, "show", `${base}:${path}`), path);
  return problems.length === 0 ? documents.flatMap(({ value }) => textAt(value, "name") ?? []) : undefined;
}

function git(folder: string, ...args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1024 ** 3,
  });
  if (error) throw new UserError(`git cannot be run (${error.message}). Install it, or put it on PATH.`);
  if (status === 0) return stdout;
  throw new UserError(
    `git ${args.join(" ")} failed in ${folder}: ${stderr.trim() || "it found nothing"}. ` +
      "A clone that a pipeline makes may lack the commits: fetch more of them (fetch-depth, GIT_DEPTH).",
  );
}

function line(output: string): string {
  return output.trimEnd();
}
