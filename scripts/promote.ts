import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256File } from "../components/file-hash";
import { loadStack, type StackDocument } from "../components/config/load";
import { resolvePath } from "../components/config/paths";
import { UserError } from "../components/errors";
import { projectRoot } from "../components/project";
import { parseCommandLine, runCommand } from "./command-line";
import { documentOf, ownName } from "./environments/names";
import { isThere, type Pinned, promotedIn, type Promotion, promotions } from "./promote/promotion";
import { documentedStack } from "./stack-document";
import { replaceFile } from "./whole-file";

const usage = `npm run promote -- <from> <to> [topology …] [--core]
Without topologies and --core: the core package, and the packages of all topologies that both stacks run.`;

/** Writes which packages one stack runs into another's document, by their digests. Builds and deploys nothing. */
async function main(): Promise<void> {
  const { values, positionals } = parseCommandLine(usage, {
    allowPositionals: true,
    options: { core: { type: "boolean", default: false } },
  });
  const [source, target, ...topologies] = positionals;
  if (source === undefined || target === undefined) throw new UserError(`Name two stacks.\n${usage}`);
  if (ownName(source) === ownName(target))
    throw new UserError(
      `${source} and ${target} are one stack: both have stacks/${ownName(source)}.yaml. Name two.\n${usage}`,
    );
  const [{ document: from }, { document: to }] = [documentedStack(source), documentedStack(target)];
  const { promoted, notes } = promotions(from, to, { core: values.core, topologies });
  for (const promotion of promoted) await refuseOtherFile(promotion, from);
  const changes = promoted.filter((promotion) => !isThere(promotion));
  if (changes.length > 0) write(documentOf(target, join(projectRoot(), "stacks")), to, changes);
  const lines = changes.map(
    (each) => `${to.document}: ${each.path.join(".")}: ${shown(each.to)} → ${shown(each.from)}`,
  );
  if (changes.length === 0) lines.push(`Nothing to promote: ${to.document} has the packages of ${from.document}.`);
  console.log([...lines, ...notes].join("\n"));
}

/** What is promoted is what was tried, not what has come in its place. */
async function refuseOtherFile({ name, from }: Promotion, { document, baseDirectory }: StackDocument): Promise<void> {
  if (from.kind === "url") return;
  const actual = await sha256File(resolvePath(baseDirectory, from.address));
  if (actual === from.sha256) return;
  throw new UserError(
    `${name}: ${from.address} hashes to ${actual}, but ${document} says ${from.sha256}. Nothing was promoted. ` +
      "Get the right file, or deploy this one there first.",
  );
}

/** The document is left as it was unless it is right afterwards. */
function write(file: string, { layers }: StackDocument, changes: readonly Promotion[]): void {
  const before = readFileSync(file, "utf8");
  const document = layers.at(-1)?.value;
  replaceFile(
    file,
    changes.reduce((text, promotion) => promotedIn(text, document, promotion), before),
  );
  try {
    loadStack(file);
  } catch (error) {
    replaceFile(file, before);
    throw error;
  }
}

function shown({ address, sha256 }: Pinned): string {
  return `${address} (${sha256 === undefined ? "no digest" : `sha256 ${sha256.slice(0, 12)}…`})`;
}

void runCommand(main);
