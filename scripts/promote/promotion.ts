import { relative, sep } from "node:path";
import { textAt, valueAt } from "../../components/config/inspect";
import type { StackDocument } from "../../components/config/load";
import { resolvePath } from "../../components/config/paths";
import { UserError } from "../../components/errors";
import { withValue } from "./edit";

/** What is asked for: the core package, topologies by name, or neither: all that both stacks run. */
export interface Wanted {
  readonly core: boolean;
  readonly topologies: readonly string[];
}

/** A package as a stack has it. */
export interface Pinned {
  /** The key that names it in documents, and what stands there: an address, or a path from the stack document. */
  readonly kind: "path" | "url" | "package";
  readonly address: string;
  readonly sha256?: string | undefined;
}

/** A package in two stacks. */
export interface Promotion {
  /** `core`, or the topology's name. */
  readonly name: string;
  readonly from: Pinned;
  readonly to: Pinned;
  /** Where a stack document says it. */
  readonly path: readonly string[];
}

/** What becomes of what was asked for. */
export interface Promotions {
  readonly promoted: readonly Promotion[];
  /** What was left as it is, and why. */
  readonly notes: readonly string[];
}

/**
 * Pure: which packages of `from` go to `to`, two stacks of one folder.
 * @throws UserError with all that stands in the way: no digest, or a topology that one of them does not run
 */
export function promotions(from: StackDocument, to: StackDocument, wanted: Wanted): Promotions {
  const all = !wanted.core && wanted.topologies.length === 0;
  const [source, target] = [namesIn(from), namesIn(to)];
  refuseUnknown(wanted.topologies, from, to);
  const names = all ? source.filter((name) => target.includes(name)) : wanted.topologies;
  const found = [
    ...(all || wanted.core ? [{ name: "core", from: coreOf(from), to: coreOf(to), path: ["core"] }] : []),
    ...names.map((name) => ({
      name,
      from: packageOf(name, from),
      to: packageOf(name, to),
      path: ["overlays", name],
    })),
  ];
  const undigested = found.filter((each) => each.from.sha256 === undefined);
  // Asked for all, what both take from one file goes along with the commit.
  const isLeft = (each: Promotion) => all && undigested.length < found.length && each.from.address === each.to.address;
  const refused = undigested.filter((each) => !isLeft(each));
  if (refused.length > 0) throw new UserError(refused.map((each) => withoutDigest(each, from)).join("\n"));
  return {
    promoted: found.filter((each) => !undigested.includes(each)),
    notes: [
      ...undigested.map(({ name }) => `${name}: the same file in both, without a digest`),
      ...(all ? source.filter((name) => !names.includes(name)) : []).map(
        (name) => `${name}: ${to.document} does not run it`,
      ),
      ...names.flatMap((name) => otherDefinition(name, from, to)),
    ],
  };
}

/** Whether the stack has the package already. */
export function isThere({ from, to }: Promotion): boolean {
  return from.address === to.address && from.sha256 === to.sha256;
}

/**
 * The text of a stack document with a package promoted in it.
 * @param document what the text says before
 */
export function promotedIn(text: string, document: unknown, { path, from }: Promotion): string {
  const entries = { [from.kind]: from.address, sha256: from.sha256 ?? "" };
  const own = path.reduce(valueAt, document);
  // What is said of an address means nothing of a file.
  const isOtherKind = ["path", "url"].some((kind) => kind !== from.kind && textAt(own, kind) !== undefined);
  if (isOtherKind) return withValue(text, path, entries);
  return Object.entries(entries).reduce((done, [key, value]) => withValue(done, [...path, key], value), text);
}

function namesIn({ topologies }: StackDocument): readonly string[] {
  return topologies.map(({ args }) => args.name);
}

function refuseUnknown(wanted: readonly string[], ...stacks: readonly StackDocument[]): void {
  const unknown = stacks.flatMap((stack) =>
    wanted
      .filter((name) => !namesIn(stack).includes(name))
      .map((name) => `${stack.document} runs no topology '${name}'; it runs: ${namesIn(stack).join(", ") || "none"}.`),
  );
  if (unknown.length > 0) throw new UserError(unknown.join("\n"));
}

function coreOf({ cluster, baseDirectory }: StackDocument): Pinned {
  const { path, url = "", sha256 } = cluster.core;
  return path === undefined
    ? { kind: "url", address: url, sha256 }
    : { kind: "path", address: pathFrom(baseDirectory, resolvePath(baseDirectory, path)), sha256 };
}

function packageOf(name: string, stack: StackDocument): Pinned {
  const { args, baseDirectory } = topologyOf(name, stack);
  const address = pathFrom(stack.baseDirectory, resolvePath(baseDirectory, args.package));
  return { kind: "package", address, sha256: args.sha256 };
}

function topologyOf(name: string, { topologies, document }: StackDocument): StackDocument["topologies"][number] {
  const found = topologies.find(({ args }) => args.name === name);
  if (found === undefined) throw new Error(`${document} runs no topology '${name}'`);
  return found;
}

function pathFrom(folder: string, file: string): string {
  return relative(folder, file).split(sep).join("/");
}

function withoutDigest({ name, path }: Promotion, { document }: StackDocument): string {
  return (
    `${document} has no sha256 of ${name === "core" ? "its core package" : `the package of ${name}`}, and promotion is ` +
    `by digest: what was tried is what goes on. Say ${path.join(".")}.sha256 there and deploy it, then promote.`
  );
}

/** A definition is what a package's main has emitted: where it is a file, it may have to go along. */
function otherDefinition(name: string, from: StackDocument, to: StackDocument): readonly string[] {
  const [source, target] = [from, to].map((stack) => {
    const { args, baseDirectory } = topologyOf(name, stack);
    return args.definition && resolvePath(baseDirectory, args.definition);
  });
  return source === target
    ? []
    : [`${name}: the definition of ${from.document} is another than that of ${to.document}, and is not promoted`];
}
