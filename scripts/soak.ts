import { soak } from "../test/support/soak";
import { parseCommandLine, runCommand } from "./command-line";

const usage = "npm run soak [-- --topologies 200 --rounds 50 --seed 1]";

/** How much more memory the second half may take than the first. */
const flat = 1.25;

/** Two hundred topologies, fifty rounds: see {@link soak}. Fails when the end is not what the documents say, or memory grows. */
async function main(): Promise<void> {
  const { values } = parseCommandLine(usage, {
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
  const [first, second] = [Math.max(...peaks.slice(0, half)), Math.max(...peaks.slice(half))];
  console.log(
    `The end is what the documents say. Peak memory of the provider: ${first} MiB in the first half, ${second} MiB in the second.`,
  );
  if (!(first > 0 && second <= flat * first)) throw new Error("The provider's memory is not flat.");
}

void runCommand(main);
