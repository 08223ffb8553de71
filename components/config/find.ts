import * as fs from "node:fs";
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
  const matches = (Array.isArray(globs) ? globs : defaultTopologies).filter(isRelativeGlob).map((glob) => ({
    glob,
    files: globSync(glob, { cwd, absolute: true, expandDirectories: false, fs: withBrokenLinks }),
  }));
  return {
    files: [...new Set(matches.flatMap(({ files }) => files))].sort(),
    findings: matches.flatMap(({ glob, files }) => (files.length === 0 ? [unmatched(globs, glob)] : [])),
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

const relative = new RegExp(globRule.pattern, "u");

function isRelativeGlob(value: unknown): value is string {
  return typeof value === "string" && relative.test(value);
}

function unmatched(globs: unknown, glob: string): Finding {
  return {
    path: Array.isArray(globs) ? ["topologies", globs.indexOf(glob)] : ["topologies"],
    message: `expected topology documents, found no file that matches '${glob}' (\`topologies: []\` is for none)`,
  };
}
