import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { declarations, type InputProperty, type InputType, type InputTypes, type ObjectType } from "./types";

const primitives: ReadonlyMap<ts.SyntaxKind, InputType> = new Map([
  [ts.SyntaxKind.StringKeyword, "string"],
  [ts.SyntaxKind.NumberKeyword, "number"],
  [ts.SyntaxKind.BooleanKeyword, "boolean"],
  [ts.SyntaxKind.AnyKeyword, "any"],
]);

/** Reads the input types off the declarations of an installed @pulumi/aws. Seconds, and hundreds of MB for a while. */
export function extractInputTypes(packageFolder: string): InputTypes {
  const nested = nestedTypes(parse(join(packageFolder, "types", "input.d.ts")));
  const objects: Record<string, ObjectType> = {};
  const translate = (type: ts.TypeNode): InputType =>
    inputType(type, (name) => {
      const declaration = nested.get(name);
      if (declaration === undefined) throw new Error(`@pulumi/aws declares no input type ${name}`);
      if (!(name in objects)) {
        // Present before its own properties are: types may refer to themselves.
        objects[name] = {};
        objects[name] = objectType(declaration, translate);
      }
    });
  const resources = Object.entries(declarations).map(([token, file]): [string, ObjectType] => [
    token,
    objectType(argsOf(parse(join(packageFolder, `${file}.d.ts`)), token), translate),
  ]);
  return { resources: Object.fromEntries(resources), objects };
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022);
}

function argsOf(source: ts.SourceFile, token: string): ts.InterfaceDeclaration {
  const wanted = token === "pulumi:providers:aws" ? "ProviderArgs" : `${token.split(":").at(-1) ?? ""}Args`;
  const found = source.statements.filter(ts.isInterfaceDeclaration).find(({ name }) => name.text === wanted);
  if (found === undefined) throw new Error(`${source.fileName} declares no ${wanted}`);
  return found;
}

/** The interfaces of input.d.ts: `Name`, or `namespace.Name`. */
function nestedTypes(source: ts.SourceFile): Map<string, ts.InterfaceDeclaration> {
  const found = new Map<string, ts.InterfaceDeclaration>();
  for (const statement of source.statements) {
    if (ts.isInterfaceDeclaration(statement)) found.set(statement.name.text, statement);
    if (!ts.isModuleDeclaration(statement) || statement.body === undefined || !ts.isModuleBlock(statement.body))
      continue;
    for (const inner of statement.body.statements.filter(ts.isInterfaceDeclaration)) {
      found.set(`${statement.name.text}.${inner.name.text}`, inner);
    }
  }
  return found;
}

function objectType(declaration: ts.InterfaceDeclaration, translate: (type: ts.TypeNode) => InputType): ObjectType {
  const members = declaration.members.filter(ts.isPropertySignature);
  return Object.fromEntries(
    members.map((member): [string, InputProperty] => {
      if (member.type === undefined || !(ts.isIdentifier(member.name) || ts.isStringLiteral(member.name))) {
        throw new Error(`a property of ${declaration.name.text} cannot be read`);
      }
      return [member.name.text, { type: translate(member.type), required: member.questionToken === undefined }];
    }),
  );
}

function inputType(node: ts.TypeNode, needs: (name: string) => void): InputType {
  const recurse = (inner: ts.TypeNode): InputType => inputType(inner, needs);
  if (ts.isArrayTypeNode(node)) return { list: recurse(node.elementType) };
  if (ts.isParenthesizedTypeNode(node)) return recurse(node.type);
  if (ts.isTypeReferenceNode(node)) return referenced(node, recurse, needs);
  if (ts.isTypeLiteralNode(node)) {
    const index = node.members.find(ts.isIndexSignatureDeclaration);
    if (index !== undefined) return { map: recurse(index.type) };
  }
  if (ts.isUnionTypeNode(node)) {
    const types = node.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword).map(recurse);
    const [only, ...others] = types;
    return only !== undefined && others.length === 0 ? only : { union: types };
  }
  const primitive = primitives.get(node.kind);
  if (primitive === undefined) throw new Error(`a type of @pulumi/aws cannot be read: ${ts.SyntaxKind[node.kind]}`);
  return primitive;
}

function referenced(
  node: ts.TypeReferenceNode,
  recurse: (inner: ts.TypeNode) => InputType,
  needs: (name: string) => void,
): InputType {
  const name = qualifiedName(node.typeName);
  const argument = node.typeArguments?.[0];
  if (name === "pulumi.Input" && argument !== undefined) return recurse(argument);
  if (name.startsWith("pulumi.asset.")) return "asset";
  if (name.startsWith("inputs.")) {
    const object = name.slice("inputs.".length);
    needs(object);
    return { object };
  }
  // Enums of AWS are strings; a resource is passed by its id.
  return "string";
}

function qualifiedName(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : `${qualifiedName(name.left)}.${name.right.text}`;
}
