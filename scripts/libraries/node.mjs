// Prints the folder of a Node that keeps what it has compiled (22.12 or later, NODE_COMPILE_CACHE): this one, else one
// from npm, without root. Engine tests run their programs and providers with it, which are compiled anew each time else.
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fetchedFolder } from "../lib/fetched-folder.mjs";
import { atLeast, parseVersion } from "../lib/versions.mjs";

const version = "22.23.3";
const name = `node-${process.platform}-${process.arch}`;
const own = dirname(process.execPath);

console.log(atLeast(parseVersion(process.versions.node), [22, 12]) ? own : fromNpm());

function fromNpm() {
  try {
    const folder = fetchedFolder({ name, version, from: "npm" }, (work, made) => {
      const options = ["--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--prefix", made];
      const install = ["install", "--silent", ...options, `${name}@${version}`];
      execFileSync("npm", install, { stdio: ["ignore", 2, 2], cwd: work });
    });
    return join(folder, "node_modules", name, "bin");
  } catch (error) {
    // It only saves time, and not every platform has one there.
    console.error(`${name} ${version} cannot be had (${error.message}): engine tests run on this Node, and longer.`);
    return own;
  }
}
