import { join } from "node:path";
import { loadStack, type StackDocument } from "../../components/config/load";
import { UserError } from "../../components/errors";
import { projectRoot } from "../../components/project";
import { ownName, stackNames } from "../environments/names";
import { checkpointRoot } from "../new-environment/checkpoints";

/** What to be told of checkpoints that a stack shares with another of the project; nothing of documents that are not right. */
export function checkpointWarnings(stack: string): readonly string[] {
  const folder = join(projectRoot(), "stacks");
  const own = ownName(stack);
  const loaded = (name: string) => unlessWrong(() => loadStack(join(folder, `${name}.yaml`)));
  const document = loaded(own);
  if (document === undefined || checkpointRoot(document.cluster) === undefined) return [];
  const others = (unlessWrong(() => stackNames(folder)) ?? []).filter((name) => name !== own);
  return sharedCheckpoints(
    document,
    others.flatMap((name) => loaded(name) ?? []),
  );
}

/** Pure: with which other stacks topologies of a stack share their checkpoints, which Heron keeps by their name alone. */
export function sharedCheckpoints(stack: StackDocument, others: readonly StackDocument[]): readonly string[] {
  const place = checkpointRoot(stack.cluster);
  return others.flatMap((other) => {
    const theirs = checkpointRoot(other.cluster);
    if (place === undefined || theirs?.key !== place.key || theirs.root !== place.root) return [];
    // Other machines have other disks.
    if (place.key.includes(".localfs.") && stack.cluster.cluster !== other.cluster.cluster) return [];
    const both = namesIn(stack).filter((name) => namesIn(other).includes(name));
    if (both.length === 0) return [];
    return [
      `${stack.document} and ${other.document} have one folder for checkpoints (${place.key}: ${place.root}), and both run ` +
        `${both.join(", ")}: Heron keeps them by the topology's name alone, and each that is effectively-once removes those of the other ` +
        `that are older than its own. Give one of the stacks another folder (conf["stateful.yaml"]).`,
    ];
  });
}

function namesIn({ topologies }: StackDocument): readonly string[] {
  return topologies.map(({ args }) => args.name);
}

/** Whoever is about such documents tells what is wrong with them. */
function unlessWrong<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
