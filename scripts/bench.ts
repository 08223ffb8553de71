import { parseArgs } from "node:util";
import { type PeakMemory, watchMemory } from "./bench/memory";
import { benchPacking } from "./bench/packing";
import { benchUpload } from "./bench/upload";
import { type BenchProject, emptyProject, floorProject, topologiesProject } from "./bench/projects";

/** `up` of at most this much more than the engine's floor. */
const target = 1.15;

/**
 * Times us beside the engine's floor (as many resources of the same kinds and parents that do nothing), pair by pair in
 * one run, on a sandbox that only simulates its tasks; and packing. Prints ratios, since seconds depend on the machine.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { topologies: { type: "string", default: "100,500" } } });
  benchPacking();
  await benchStart();
  await benchUpload();
  for (const count of values.topologies.split(",").map(Number)) await benchTopologies(count);
}

/** A program that imports the library and declares nothing, beside one that imports Pulumi alone. */
async function benchStart(): Promise<void> {
  console.log("\nProgram start: a preview of nothing, the library imported, beside Pulumi's SDK alone");
  const [floor, ours] = [await emptyProject("@pulumi/pulumi"), await emptyProject("pulumi-heron-aurora")];
  await inTurn(floor, ours, async () => {
    // Once for nothing: the disk's cache should be warm for both.
    await timed(floor, ["preview"]);
    await compare("program start", floor, ours, ["preview"]);
  });
}

async function benchTopologies(count: number): Promise<void> {
  console.log(
    `\n${count} topologies on a sandbox that ONLY SIMULATES its tasks, beside as many resources that do nothing`,
  );
  const [floor, ours] = [await floorProject(count), await topologiesProject(count)];
  await inTurn(floor, ours, async () => {
    await compare("up", floor, ours, ["up", "--yes", "--skip-preview"]);
    await compare("up, nothing changed", floor, ours, ["up", "--yes", "--skip-preview"]);
    await compare("refresh", floor, ours, ["refresh", "--yes", "--skip-preview"]);
    await compare("destroy", floor, ours, ["destroy", "--yes", "--skip-preview"]);
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

async function compare(label: string, floor: BenchProject, ours: BenchProject, args: readonly string[]): Promise<void> {
  const base = await timed(floor, args);
  const mine = await timed(ours, args);
  const ratio = mine.ms / base.ms;
  console.log(
    `${label.padEnd(20)} ours ${seconds(mine.ms)}  floor ${seconds(base.ms)}  ratio ${ratio.toFixed(2)}  ` +
      `target ${target}: ${ratio <= target ? "met" : "MISSED"}${memory(mine.memory)}`,
  );
}

async function timed({ project }: BenchProject, args: readonly string[]): Promise<{ ms: number; memory: PeakMemory }> {
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

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
