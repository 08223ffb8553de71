import { pack } from "../../components/heron/packing";
import { packingAlgorithms } from "../../components/topology-args";
import { syntheticTopology } from "../../test/unit/heron/packing/synthetic-topology";
import { median } from "./median";

const targetMs = 100;

/** Packs 10,000 instances by every algorithm: the median of seven, after one to warm up. */
export function benchPacking(): void {
  console.log(`Packing 10,000 instances (median of 7 after a warm-up; target ${targetMs} ms)`);
  const topology = syntheticTopology(10_000);
  for (const algorithm of packingAlgorithms) {
    const times = Array.from({ length: 8 }, () => {
      const start = performance.now();
      pack(algorithm, topology);
      return performance.now() - start;
    });
    const typical = median(times.slice(1));
    const verdict = typical <= targetMs ? "met" : "MISSED";
    console.log(`${algorithm.padEnd(28)} ${typical.toFixed(0).padStart(4)} ms  ${verdict}`);
  }
  console.log(`peak memory of this process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
}
