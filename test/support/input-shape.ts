import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { repoRoot } from "./paths";

/** What the engine keeps of each kind of resource of ours, by the name of its type. */
const kept = [
  "AuroraJobProperties",
  "PackageFileProperties",
  "FetchProbeInputs",
  "QuotaProperties",
  "ConfDirectoryProperties",
  "StateTreeRootProperties",
  "HdfsFileProperties",
  "PackageHoldProperties",
];

/** Where those types, and what they are made of, are declared. */
const sources = [
  "components/job/registration.ts",
  "components/job/inputs.ts",
  "components/artifacts/kept-file.ts",
  "components/artifacts/package-file.ts",
  "components/probe/inputs.ts",
  "components/quota/inputs.ts",
  "components/conf-directory/inputs.ts",
  "components/state-tree-root/inputs.ts",
  "components/artifacts/hdfs/file.ts",
  "components/artifacts/s3/hold.ts",
  "components/artifacts/use/inputs.ts",
  "components/cluster-args.ts",
  "components/topology-args.ts",
];

type Declaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

/** The declarations of all that the engine keeps of our resources, without comments, by name. */
export function inputShape(): string {
  const declarations = new Map(sources.flatMap(declarationsIn));
  const reached = new Set<string>();
  const reach = (name: string): void => {
    const declaration = declarations.get(name);
    if (declaration === undefined || reached.has(name)) return;
    reached.add(name);
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) reach(node.text);
      ts.forEachChild(node, visit);
    };
    visit(declaration);
  };
  kept.forEach(reach);
  const printer = ts.createPrinter({ removeComments: true });
  const printed = [...reached].sort().flatMap((name) => {
    const declaration = declarations.get(name);
    if (declaration === undefined) return [];
    return [printer.printNode(ts.EmitHint.Unspecified, declaration, declaration.getSourceFile())];
  });
  return `${printed.join("\n")}\n`;
}

function declarationsIn(file: string): (readonly [string, Declaration])[] {
  const text = readFileSync(join(repoRoot, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  return source.statements.flatMap((statement) =>
    ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)
      ? [[statement.name.text, statement] as const]
      : [],
  );
}
