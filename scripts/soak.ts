import { parseArgs } from "node:util";
import { soak } from "../test/support/soak";

/** Two hundred topologies, fifty rounds: see {@link soak}. Fails when the end is not what the documents say. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      topologies: { type: "string", default: "200" },
      rounds: { type: "string", default: "50" },
      seed: { type: "string", default: "1" },
    },
  });
  const [topologies, rounds, seed] = [values.topologies, values.rounds, values.seed].map(Number) as [
    number,
    number,
    number,
  ];
  const peaks = await soak({ topologies, rounds, seed, say: (line) => console.log(line) });
  const half = Math.ceil(peaks.length / 2);
  console.log(
    `The end is what the documents say. Peak memory of the provider: ${Math.max(...peaks.slice(0, half))} MiB in the ` +
      `first half, ${Math.max(...peaks.slice(half))} MiB in the second.`,
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
