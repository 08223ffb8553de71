// This module is loaded by Node versions that are too old for the rest: no imports, no recent syntax.

/** What to tell the user of a Node that will not do, else undefined. `version` as in `process.versions.node`. */
export function nodeProblem(version) {
  const numbers = version.split(".").map(Number);
  if (canRequireModules(numbers[0], numbers[1])) return undefined;
  return (
    "Node " +
    version +
    " will not do: this project needs Node 20.19 or later of 20, or 22.12 or later. Get it from https://nodejs.org, or " +
    "with a version manager (nvm install 22), and run the command again."
  );
}

// Whether require() takes ES modules, without a flag: thrift asks so for uuid.
function canRequireModules(major, minor) {
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
}

/** Ends the process with a clear message where Node will not do. */
export function requireNode() {
  const problem = nodeProblem(process.versions.node);
  if (problem === undefined) return;
  console.error(problem);
  process.exit(1);
}
