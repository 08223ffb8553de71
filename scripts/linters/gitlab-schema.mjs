// Gets the JSON Schema of GitLab's pipelines, which check-jsonschema on PyPI carries, and prints the file.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fetchedFolder } from "../lib/fetched-folder.mjs";
import { pip } from "../lib/python.mjs";

const version = "0.39.0";
const file = "gitlab-ci.json";
const folder = fetchedFolder({ name: "check-jsonschema", version, from: "PyPI" }, (work, made) => {
  const site = join(work, "site");
  pip(work, ["install", "--quiet", "--no-deps", "--target", site, `check-jsonschema==${version}`]);
  copyFileSync(join(site, "check_jsonschema", "builtin_schemas", "vendor", file), join(made, file));
});
console.log(join(folder, file));
