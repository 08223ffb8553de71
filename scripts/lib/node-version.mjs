// This module is loaded by Node versions that are too old for the rest: no imports, no recent syntax.

/** What to tell the user of a Node that is too old, else undefined. `version` as in `process.versions.node`. */
export function nodeProblem(version) {
  const numbers = version.split(".").map(Number);
  if (numbers[0] > 20 || (numbers[0] === 20 && numbers[1] >= 19)) return undefined;
  return (
    "Node " +
    version +
    " is too old: this project needs Node 20.19 or later. Get it from https://nodejs.org, or with " +
    "a version manager (nvm install 22), and run the command again."
  );
}

/** Ends the process with a clear message where Node is too old. */
export function requireNode() {
  const problem = nodeProblem(process.versions.node);
  if (problem === undefined) return;
  console.error(problem);
  process.exit(1);
}
