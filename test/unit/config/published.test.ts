import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import Ajv from "ajv";
import { globSync } from "tinyglobby";

import type { JsonSchema } from "../../../components/config/schema/build";
import { schemaFiles, withProperties } from "../../../scripts/schema-files";
import { repoRoot } from "../../support/paths";

function committed(...path: string[]): string {
  return readFileSync(join(repoRoot, ...path), "utf8");
}

function published(name: string): JsonSchema {
  return JSON.parse(committed("components", "config", name)) as JsonSchema;
}

/** Every property at any depth: its place, and its schema. */
function properties(schema: JsonSchema, place: string): readonly (readonly [string, JsonSchema])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => [
    [`${place}.${key}`, property] as const,
    ...properties(property.items ?? property, `${place}.${key}`),
  ]);
}

describe("The published schemas", () => {
  for (const [name, text] of Object.entries(schemaFiles())) {
    it(`are what the documents are checked by: ${name}`, () => {
      assert.deepEqual(published(name), JSON.parse(text), "write them anew: node bin/scripts/write-schema-files.js");
    });

    it(`are JSON Schema of draft 07, whose defaults and examples are valid: ${name}`, () => {
      const ajv = new Ajv({
        strict: true,
        strictRequired: false,
        allowUnionTypes: true,
        keywords: ["patternErrorMessage"],
      });
      const schema = published(name);
      ajv.compile(schema);
      for (const [place, { $schema, ...property }] of properties(schema, name)) {
        assert.equal($schema, undefined);
        const values = [...(property.examples ?? []), ...("default" in property ? [property.default] : [])];
        for (const value of values) assert.ok(ajv.validate(property, value), `${place}: ${JSON.stringify(value)}`);
      }
    });

    it(`describe every property: ${name}`, () => {
      const all = properties(published(name), name);
      assert.ok(all.length > 30);
      for (const [place, { description }] of all) assert.match(description ?? "", /^[A-Z`].{10,}[.:`]/s, place);
    });
  }
});

describe("The reference", () => {
  it("lists every property as the schemas have it", () => {
    const reference = committed("docs", "stack-document.md");
    assert.equal(withProperties(reference), reference, "write it anew: node bin/scripts/write-schema-files.js");
  });

  it("is refused where it has no place for them", () => {
    assert.throws(() => withProperties("# Empty"), /lacks '<!-- properties of a stack document -->'/);
  });
});

describe("The documents of this project", () => {
  it("tell editors their schema, by a path that is right", () => {
    const documents = globSync(["stacks/*.yaml", "stacks/topologies/**/*.yaml"], {
      cwd: repoRoot,
      ignore: ["stacks/Pulumi.*.yaml"],
    });
    assert.ok(documents.length >= 2);
    for (const document of documents) {
      const [, schema = ""] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(committed(document)) ?? [];
      const kind = document.includes("topologies") ? "topology" : "stack";
      assert.equal(join(document, "..", schema), join("components", "config", `${kind}.schema.json`), document);
    }
  });
});
