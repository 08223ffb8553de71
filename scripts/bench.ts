import { parseArgs } from "node:util";
import { pack } from "../components/heron/packing";
import { packingAlgorithms } from "../components/topology-args";
import { syntheticTopology } from "../test/unit/heron/packing/synthetic-topology";
import { floorProject, topologiesProject } from "./bench/projects";

/** `up` of at most this much more than the engine's floor. */
const target = 1.15;

/**
 * Times us beside the engine's floor (as many resources of the same kinds and parents that do nothing), pair by pair in
 * one run, on a sandbox that only simulates its tasks; and packing. Prints ratios, since seconds depend on the machine.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { topologies: { type: "string", default: "100" } } });
  const count = Number(values.topologies);
  packing();
  console.log(
    `\n${count} topologies on a sandbox that ONLY SIMULATES its tasks, beside as many resources that do nothing`,
  );
  const floor = await floorProject(count);
  const ours = await topologiesProject(count);
  try {
    const rows: [string, readonly string[]][] = [
      ["up", ["up", "--yes", "--skip-preview"]],
      ["up, nothing changed", ["up", "--yes", "--skip-preview"]],
      ["refresh", ["refresh", "--yes", "--skip-preview"]],
      ["destroy", ["destroy", "--yes", "--skip-preview"]],
    ];
    for (const [label, args] of rows) {
      const base = await timed(() => floor.project.succeed([...args, "--stack", "test"]));
      const mine = await timed(() => ours.project.succeed([...args, "--stack", "test"]));
      const ratio = mine / base;
      const verdict = ratio <= target ? "met" : "MISSED";
      console.log(
        `${label.padEnd(22)} ours ${seconds(mine)}  floor ${seconds(base)}  ratio ${ratio.toFixed(2)}  target ${target}: ${verdict}`,
      );
    }
  } finally {
    await ours.dispose();
    await floor.dispose();
  }
}

/** The median of seven, after one to warm up. */
function packing(): void {
  console.log("Packing 10,000 instances (median of 7 after a warm-up; target 100 ms)");
  const topology = syntheticTopology(10_000);
  for (const algorithm of packingAlgorithms) {
    const times = Array.from({ length: 8 }, () => {
      const start = performance.now();
      pack(algorithm, topology);
      return performance.now() - start;
    });
    const median = times.slice(1).sort((a, b) => a - b)[3] ?? 0;
    console.log(`${algorithm.padEnd(28)} ${median.toFixed(0).padStart(4)} ms  ${median <= 100 ? "met" : "MISSED"}`);
  }
  console.log(`peak memory of this process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(6)} s`;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
