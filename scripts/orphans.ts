import { formatJobKey } from "../components/aurora/job-key";
import { UserError } from "../components/errors";
import type { StateTree } from "../components/heron/state";
import { ownershipIn } from "../components/heron/state/wire";
import { findOrphans, type Orphan, type Owned, type TreeEntry } from "../components/orphans/find";
import { parseCommandLine, runCommand } from "./command-line";
import { openStack, type StackReader } from "./stack-reader";

const usage = `npm run orphans -- <stack> [--json] [--remove-checkpoints TOPOLOGY]
Exit codes: 0 there are none; 1 failed; 2 there are some.`;

/** Lists what of the role nobody looks after. Reads only, without credentials, unless it is told to remove checkpoints. */
async function main(): Promise<number> {
  const { values, positionals } = parseCommandLine(usage, {
    allowPositionals: true,
    options: { json: { type: "boolean", default: false }, "remove-checkpoints": { type: "string" } },
  });
  const [stack, ...others] = positionals;
  if (stack === undefined || others.length > 0) throw new UserError(`Which stack?\n${usage}`);
  const reader = await openStack(stack);
  try {
    const left = values["remove-checkpoints"];
    if (left !== undefined) await removeCheckpoints(left, reader);
    const found = await orphansOf(reader);
    console.log(values.json ? JSON.stringify(found, undefined, 1) : textOf(found));
    return found.length === 0 ? 0 : 2;
  } finally {
    await reader.close();
  }
}

async function orphansOf({ document, owner, aurora, tree }: StackReader): Promise<Orphan[]> {
  const { cluster, role, environment } = document.cluster;
  const names = await tree.topologies();
  const [jobs, updates, trees] = await Promise.all([
    aurora.jobs(role),
    aurora.activeUpdates(role),
    Promise.all(names.map((name) => entryOf(name, tree))),
  ]);
  const owned: Owned = {
    owner,
    place: { cluster, role, environment },
    topologies: document.topologies.map(({ args }) => args.name),
  };
  return findOrphans(
    jobs,
    trees,
    owned,
    updates.map(({ job }) => job),
  );
}

async function entryOf(name: string, tree: StateTree): Promise<TreeEntry> {
  const [{ executionState, topology, plan }, checkpoints] = await Promise.all([
    tree.nodes(name),
    tree.hasCheckpoints(name),
  ]);
  // What others have there is listed, be it readable or not.
  const owner = executionState && ownershipIn(executionState);
  return {
    name,
    ...(owner && { job: { cluster: owner.cluster, role: owner.role, environment: owner.environ } }),
    submitted: [executionState, topology, plan].some((node) => node !== undefined && node.length > 0),
    checkpoints,
  };
}

async function removeCheckpoints(name: string, { document, aurora, tree }: StackReader): Promise<void> {
  const { cluster, role, environment } = document.cluster;
  const job = { cluster, role, environment, name };
  if ((await aurora.tasks(job, { active: true })).length > 0)
    throw new UserError(`${formatJobKey(job)} is running, and needs its checkpoints. Nothing was removed.`);
  // Several roles may share a tree, which keeps one topology of a name.
  const { executionState } = await tree.read(name);
  if (executionState !== undefined) {
    const { cluster: there, role: whose, environ } = executionState;
    throw new UserError(
      `${name} is submitted as ${there}/${whose}/${environ}/${name}, and may need its checkpoints. Nothing was removed. ` +
        `Kill it first, with what it has left in the state tree.`,
    );
  }
  await tree.removeCheckpoints(name);
}

function textOf(found: readonly Orphan[]): string {
  if (found.length === 0) return "There are no orphans.";
  return found.map(({ subject, what, advice }) => `${subject}: ${what}\n  ${advice}`).join("\n");
}

void runCommand(main);
