// Gets the types and validators that kubernetes-models on npm makes from the custom resource definitions of Flux and Argo CD,
// and prints the folder with its node_modules.
import { execFileSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fetchedFolder } from "../lib/fetched-folder.mjs";

/** Later ones are modules of Node 22. */
const packages = ["@kubernetes-models/flux-cd@2.3.4", "@kubernetes-models/argo-cd@2.7.2"];

const version = packages.map((each) => each.split("/")[1].replace("@", "-")).join("_");
console.log(
  fetchedFolder({ name: "kubernetes-models", version, from: "npm" }, (work, made) => {
    writeFileSync(join(work, "package.json"), JSON.stringify({ private: true }));
    execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...packages], {
      cwd: work,
      stdio: ["ignore", 2, 2],
    });
    renameSync(join(work, "node_modules"), join(made, "node_modules"));
  }),
);
