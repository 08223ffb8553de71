import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { format, resolveConfig } from "prettier";

import { schemaFiles, withProperties } from "./schema-files";

const root = join(__dirname, "..", "..");

/** Writes the published schemas and the reference's lists of properties from the schemas in `components/config/schema`. */
async function main(): Promise<void> {
  for (const [name, text] of Object.entries(schemaFiles())) await write(join("components", "config", name), text);
  const reference = join("docs", "stack-document.md");
  await write(reference, withProperties(readFileSync(join(root, reference), "utf8")));
}

async function write(path: string, text: string): Promise<void> {
  const filepath = join(root, path);
  writeFileSync(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }));
}

void main();
