import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import standaloneCode from "ajv/dist/standalone";
import { credentialsSchema } from "../components/config/schema/credentials";
import { s3Store } from "../components/config/schema/s3";
import { clusterSchema, stackSchema } from "../components/config/schema/stack";
import { topologySchema } from "../components/config/schema/topology";

import type { Documents } from "../components/config/validate";
import type { JsonSchema, Schema } from "../components/config/schema/build";

const schemas: { readonly [K in keyof Documents]: Schema<Documents[K]> } = {
  cluster: clusterSchema,
  credentials: credentialsSchema,
  s3: s3Store,
  stack: stackSchema,
  topology: topologySchema,
};

/** Writes the checks that `components/config/validate.ts` loads, each as a module of its own: part of the build. */
function main(): void {
  const folder = join(__dirname, "..", "components", "config", "validators");
  mkdirSync(folder, { recursive: true });
  for (const [name, { json }] of Object.entries(schemas)) writeFileSync(join(folder, `${name}.js`), codeOf(json));
}

function codeOf(schema: JsonSchema): string {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    strictTypes: true,
    strictSchema: true,
    code: { source: true },
  });
  ajv.addKeyword("patternErrorMessage");
  return standaloneCode(ajv, ajv.compile(schema));
}

main();
