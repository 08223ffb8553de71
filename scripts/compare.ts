import { UserError } from "../components/errors";
import { compare, type Difference } from "../components/job/compare";
import type { TopologyPlan } from "../components/plan/job";
import { planStack } from "../components/plan/stack";
import { parseCommandLine, runCommand } from "./command-line";
import { requireTopologies } from "./named-topologies";
import { openStack, type StackReader } from "./stack-reader";

const usage = `npm run compare -- <stack> [topology …] [--json]
Exit codes: 0 what runs is what the documents say; 1 failed; 2 it differs, or does not run.`;

/** Longer texts are cut where they begin to differ. */
const shownLength = 200;

/** Shows in what the jobs that run differ from the documents, as before `adopt: true`. Reads only, without credentials. */
async function main(): Promise<number> {
  const { values, positionals } = parseCommandLine(usage, {
    allowPositionals: true,
    options: { json: { type: "boolean", default: false } },
  });
  const [stack, ...names] = positionals;
  if (stack === undefined) throw new UserError(`Which stack?\n${usage}`);
  const reader = await openStack(stack);
  try {
    requireTopologies(stack, reader.document, names);
    const plans = await planStack(reader.document, reader.owner, names.length > 0 ? names : undefined);
    const found = await Promise.all(
      plans.map(async (plan) => [plan.inputs.jobKey, await compared(plan, reader)] as const),
    );
    console.log(values.json ? JSON.stringify(Object.fromEntries(found), undefined, 1) : found.map(textOf).join("\n\n"));
    return found.every(([, differences]) => differences?.length === 0) ? 0 : 2;
  } finally {
    await reader.close();
  }
}

/** Undefined for a job that does not run. */
async function compared({ prepared, inputs, jobConfiguration }: TopologyPlan, { aurora, tree }: StackReader) {
  const tasks = await aurora.tasks(prepared.job, { active: true, withConfig: true });
  if (tasks.length === 0) return undefined;
  const nodes = await tree.read(prepared.job.name);
  return compare(tasks, nodes, { inputs, config: jobConfiguration.taskConfig });
}

function textOf([jobKey, differences]: readonly [string, readonly Difference[] | undefined]): string {
  if (differences === undefined) return `${jobKey} does not run.`;
  if (differences.length === 0) return `${jobKey} is as the documents say.`;
  const lines = differences.flatMap(({ what, instances, runs, wanted }) => {
    const [shownRuns, shownWanted] = shown(runs, wanted);
    return [
      `  ${what}${instances ? ` of instance ${instances.join(", ")}` : ""}`,
      `    runs   ${shownRuns}`,
      `    wanted ${shownWanted}`,
    ];
  });
  return [`${jobKey} differs:`, ...lines].join("\n");
}

function shown(a: string, b: string): readonly [string, string] {
  if (a.length <= shownLength && b.length <= shownLength) return [a, b];
  const same = Array.from(a).findIndex((character, index) => character !== b[index]);
  const from = Math.max(0, same - 40);
  const cut = (text: string) =>
    `${from > 0 ? "…" : ""}${text.slice(from, from + shownLength)}${text.length > from + shownLength ? "…" : ""}`;
  return [cut(a), cut(b)];
}

void runCommand(main);
