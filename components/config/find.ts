import * as fs from "node:fs";
import { relative } from "node:path";
import { globSync } from "tinyglobby";

import type { Finding } from "../finding";
import { glob as globRule } from "./schema/rules";
import { defaultTopologies } from "./schema/stack";

/** What a stack document's globs match. */
export interface FoundTopologies {
  /** Absolute paths, each once, in the order of their names. */
  readonly files: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Looks for topology documents. A glob that matches nothing is a finding: a misspelt one would otherwise remove every
 * topology of the stack.
 * @param globs the stack document's `topologies`, as written; what is not a glob is left for the schema to complain of.
 */
export function findTopologies(globs: unknown, cwd: string): FoundTopologies {
  const matching = (glob: string) =>
    globSync(glob, { cwd, absolute: true, expandDirectories: false, fs: withBrokenLinks });
  const matches = (Array.isArray(globs) ? globs : defaultTopologies)
    .filter(isRelativeGlob)
    .map((glob) => ({ glob, files: matching(glob) }));
  const misnamed = Array.isArray(globs)
    ? []
    : defaultTopologies.flatMap((glob) => matching(glob.replace(/yaml$/, "yml")));
  return {
    files: [...new Set(matches.flatMap(({ files }) => files))].sort(),
    findings: [
      ...misnamed.sort().map((file) => unread(relative(cwd, file))),
      ...matches.flatMap(({ glob, files }) => (files.length === 0 ? [unmatched(globs, glob)] : [])),
    ],
  };
}

/** A glob passes over links that lead nowhere, whose topologies would be taken for removed: here they are found like files. */
const withBrokenLinks = {
  realpathSync: Object.assign(
    (path: fs.PathLike) => (fs.existsSync(path) ? fs.realpathSync(path) : String(path)),
    fs.realpathSync,
  ),
  statSync: ((path: fs.PathLike) =>
    fs.existsSync(path) ? fs.statSync(path) : fs.lstatSync(path)) as typeof fs.statSync,
};

const relativeGlob = new RegExp(globRule.pattern, "u");

function isRelativeGlob(value: unknown): value is string {
  return typeof value === "string" && relativeGlob.test(value);
}

/** One that was renamed to it would silently be removed. */
function unread(file: string): Finding {
  const message = `expected topology documents that end in .yaml, found ${file}: rename it, or say here which files are meant`;
  return { path: ["topologies"], message };
}

function unmatched(globs: unknown, glob: string): Finding {
  return {
    path: Array.isArray(globs) ? ["topologies", globs.indexOf(glob)] : ["topologies"],
    message: `expected topology documents, found no file that matches '${glob}' (\`topologies: []\` is for none)`,
  };
}
