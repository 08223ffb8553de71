import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

import { repoRoot } from "../../support/paths";

const folder = join(repoRoot, "components", "config", "schema");
const schemas = readdirSync(folder).map((file) => join(folder, file));

/** The errors of the schemas when one of the files they are compiled with reads differently. */
function errorsWith(file: string, from: string, to: string): readonly string[] {
  const { config } = ts.readConfigFile(join(repoRoot, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: unknown };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, repoRoot);
  const host = ts.createCompilerHost({ ...options, types: [] });
  const readFile = host.readFile.bind(host);
  const changed = join(repoRoot, "components", file);
  host.getSourceFile = (path, version) => {
    const text = readFile(path);
    if (text === undefined) return undefined;
    if (join(path) !== changed) return ts.createSourceFile(path, text, version);
    assert.ok(text.includes(from), `${file} reads otherwise than this test thinks`);
    return ts.createSourceFile(path, text.replace(from, to), version);
  };
  const program = ts.createProgram(schemas, { ...options, types: [], noEmit: true, incremental: false }, host);
  return program
    .getSourceFiles()
    .filter(({ fileName }) => schemas.includes(join(fileName)))
    .flatMap((source) => [...program.getSemanticDiagnostics(source)])
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

describe("The schemas do not compile", function () {
  this.timeout(60_000);

  const cases: readonly (readonly [title: string, file: string, from: string, to: string, says: string])[] = [
    [
      "without a new property",
      "topology-args.ts",
      "readonly adopt?",
      "readonly novel?: string; readonly adopt?",
      "novel",
    ],
    ["with a property that is no more", "topology-args.ts", "readonly adopt?: boolean;", "", "adopt"],
    [
      "when a property's type changes",
      "cluster-args.ts",
      "readonly digest?: boolean",
      "readonly digest?: string",
      "'Schema<boolean>' is not assignable to type 'Schema<string>",
    ],
    [
      "when a property becomes required",
      "cluster-args.ts",
      "readonly owner?: string",
      "readonly owner: string",
      "Property 'required' is missing",
    ],
    [
      "when a property is required no more",
      "cluster-args.ts",
      "readonly role: string",
      "readonly role?: string",
      "'RequiredSchema<string>' is not assignable",
    ],
    [
      "without a new word of a choice",
      "topology-args.ts",
      '"running" | "deactivated"',
      '"running" | "paused"',
      "paused",
    ],
    [
      "without a new property deep inside",
      "topology-args.ts",
      "readonly tag: string",
      "readonly tag: string; readonly novel: string",
      "novel",
    ],
  ];
  for (const [title, file, from, to, says] of cases) {
    it(title, () => {
      const errors = errorsWith(file, from, to);
      assert.ok(
        errors.some((error) => error.includes(says)),
        `no error says '${says}': ${errors.join("; ") || "it compiles"}`,
      );
    });
  }

  it("only then: as they are, they do", () => {
    assert.deepEqual(errorsWith("errors.ts", "", ""), []);
  });
});
