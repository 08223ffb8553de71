import { UserError } from "../components/errors";
import { useOwnNode } from "../test/support/pulumi";
import { median } from "./bench/median";
import { type PeakMemory, watchMemory } from "./bench/memory";
import { benchPacking } from "./bench/packing";
import { type BenchProject, emptyProject, floorProject, topologiesProject } from "./bench/projects";
import { benchUpload } from "./bench/upload";
import { parseCommandLine, runCommand } from "./command-line";

/** `up` of at most this much more than the engine's floor. */
const target = 1.15;

/** Each is measured so often, ours and the floor in turn; the middle ratio counts. */
const rounds = 3;

const usage = "npm run bench [-- --topologies 100,500]";

interface Deed {
  readonly args: readonly string[];
  /** In each round: what changes nothing is short, and so the more at the mercy of what else the machine does. */
  readonly times: number;
}

const withoutQuestions = ["--yes", "--skip-preview"];

/** What is measured, in this order, in each round. */
const deeds: Readonly<Record<string, Deed>> = {
  up: { args: ["up", ...withoutQuestions], times: 1 },
  "up, nothing changed": { args: ["up", ...withoutQuestions], times: 3 },
  refresh: { args: ["refresh", ...withoutQuestions], times: 3 },
  destroy: { args: ["destroy", ...withoutQuestions], times: 1 },
};

/**
 * Times us beside the engine's floor (as many resources of the same kinds and parents that do nothing), pair by pair in
 * one run, on a sandbox that only simulates its tasks; and packing. Prints ratios, since seconds depend on the machine.
 */
async function main(): Promise<void> {
  const { values } = parseCommandLine(usage, { options: { topologies: { type: "string", default: "100,500" } } });
  const counts = values.topologies.split(",").map(Number);
  if (!counts.every((count) => Number.isInteger(count) && count > 0))
    throw new UserError(`--topologies ${values.topologies}: how many are numbers, with commas between.\n${usage}`);
  useOwnNode();
  benchPacking();
  await benchStart();
  await benchUpload();
  for (const count of counts) await benchTopologies(count);
}

/** A program that imports the library and declares nothing, beside one that imports Pulumi alone. */
async function benchStart(): Promise<void> {
  console.log("\nProgram start: a preview of nothing, the library imported, beside Pulumi's SDK alone");
  const [floor, ours] = [await emptyProject("@pulumi/pulumi"), await emptyProject("pulumi-heron-aurora")];
  await inTurn(floor, ours, async () => {
    // Once for nothing: the disk's cache should be warm for both.
    await timed(floor, ["preview"]);
    report("program start", await inRounds(() => pair(floor, ours, ["preview"])));
  });
}

async function benchTopologies(count: number): Promise<void> {
  console.log(
    `\n${count} topologies on a sandbox that ONLY SIMULATES its tasks, beside as many resources that do nothing; ` +
      `the middle one of ${rounds} rounds or more`,
  );
  const [floor, ours] = [await floorProject(count), await topologiesProject(count)];
  await inTurn(floor, ours, async () => {
    const taken = await inRounds(async () => {
      const pairs: Pair[][] = [];
      for (const { args, times } of Object.values(deeds)) {
        const ofDeed: Pair[] = [];
        for (let each = 0; each < times; each++) ofDeed.push(await pair(floor, ours, args));
        pairs.push(ofDeed);
      }
      return pairs;
    });
    for (const [each, deed] of Object.keys(deeds).entries())
      report(
        deed,
        taken.flatMap((pairs) => pairs[each] ?? []),
      );
  });
}

async function inTurn(floor: BenchProject, ours: BenchProject, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await ours.dispose();
    await floor.dispose();
  }
}

interface Measured {
  readonly ms: number;
  readonly memory: PeakMemory;
}

interface Pair {
  readonly floor: Measured;
  readonly ours: Measured;
}

async function inRounds<T>(work: () => Promise<T>): Promise<T[]> {
  const taken: T[] = [];
  for (let round = 0; round < rounds; round++) taken.push(await work());
  return taken;
}

async function pair(floor: BenchProject, ours: BenchProject, args: readonly string[]): Promise<Pair> {
  return { floor: await timed(floor, args), ours: await timed(ours, args) };
}

/** The pair of the middle ratio, and all ratios, which tell how steady the machine was. */
function report(deed: string, pairs: readonly Pair[]): void {
  const ratio = ({ floor, ours }: Pair): number => ours.ms / floor.ms;
  const middle = median(pairs.map(ratio));
  const shown = pairs.find((each) => ratio(each) === middle);
  if (shown === undefined) throw new Error(`${deed} was not measured.`);
  console.log(
    `${deed.padEnd(20)} ours ${seconds(shown.ours.ms)}  floor ${seconds(shown.floor.ms)}  ratio ${middle.toFixed(2)}  ` +
      `target ${target}: ${middle <= target ? "met" : "MISSED"}  ` +
      `(of ${pairs.map((each) => ratio(each).toFixed(2)).join(", ")})${memory(shown.ours.memory)}`,
  );
}

async function timed({ project }: BenchProject, args: readonly string[]): Promise<Measured> {
  const watch = watchMemory(project.directory);
  const start = performance.now();
  await project.succeed([...args, "--stack", "test"]);
  return { ms: performance.now() - start, memory: watch.stop() };
}

function memory(peaks: PeakMemory): string {
  const parts = [...peaks].map(([kind, mebibytes]) => `${kind} ${Math.round(mebibytes)} MiB`);
  return parts.length === 0 ? "" : `  peak memory: ${parts.join(", ")}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(6)} s`;
}

void runCommand(main);
