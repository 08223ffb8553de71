import assert from "node:assert/strict";
import type { JobKey } from "../../components/aurora/job-key";
import { metadataNames } from "../../components/aurora/thermos";
import { openStateTree } from "../../components/heron/state";
import { topologiesEnvironment, topologyName } from "../../scripts/bench/projects";
import { Random } from "../faults/random";
import type { LocalEnvironment } from "./local-environment";
import { peakMemoryWhile } from "./peak-memory";

/** What a topology's document says of it; undefined: it has none. */
type Wanted = { readonly count: number; readonly restart: string } | undefined;

export interface SoakSettings {
  readonly topologies: number;
  readonly rounds: number;
  readonly seed: number;
  /** Is told what each round does and what it took. */
  readonly say: (line: string) => void;
}

/** Of the topologies, in a round, so many are changed or have something happen to them. */
const share = 0.3;
const mostOfAComponent = 8;
const mebibyte = 1024 * 1024;

/**
 * Lives of many topologies through the real engine: in each round random documents are edited, scaled, rolled, removed
 * and brought back, and random jobs lose instances behind the engine's back; then `up --refresh`.
 * @returns the provider's peak memory in each round, MiB
 * @throws AssertionError when in the end what runs is not what the documents say, or a further `up` would change something
 */
export async function soak({ topologies, rounds, seed, say }: SoakSettings): Promise<readonly number[]> {
  const environment = await topologiesEnvironment(topologies);
  try {
    environment.document({ defaults: { update: { watchSeconds: 0, batchSize: 10 } } });
    const random = new Random(seed);
    const wanted = Array.from({ length: topologies }, (): Wanted => ({ count: 2, restart: "never" }));
    const peaks: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const done = round === 0 ? ["first up"] : await stir(environment, wanted, random, round);
      wanted.forEach((each, index) => write(environment, index, each));
      const bytes = await peakMemoryWhile("dynamic-provider", environment.project.directory, () =>
        environment.project.up("--refresh"),
      );
      peaks.push(Math.round(bytes / mebibyte));
      say(`round ${round}: ${summary(done)}; provider ${peaks.at(-1)} MiB`);
    }
    await expectAsDocumented(environment, wanted);
    await environment.project.succeed(["preview", "--refresh", "--expect-no-changes", "--stack", "test"]);
    return peaks;
  } finally {
    await environment.dispose();
  }
}

/** Changes documents, and what runs. Returns the kinds of what was done. */
async function stir(environment: LocalEnvironment, wanted: Wanted[], random: Random, round: number): Promise<string[]> {
  const done: string[] = [];
  for (const [index, each] of wanted.entries()) {
    if (!random.chance(share)) continue;
    const kind = random.below(6);
    if (each === undefined) {
      wanted[index] = { count: 1 + random.below(mostOfAComponent), restart: `in round ${round}` };
      done.push("brought back");
    } else if (kind === 0) {
      wanted[index] = undefined;
      done.push("removed");
    } else if (kind === 1) {
      wanted[index] = { ...each, restart: `in round ${round}` };
      done.push("rolled");
    } else if (kind === 2) {
      await environment.aurora.killTasks(jobOf(environment, index), "all", "behind the engine's back");
      done.push("killed");
    } else if (kind === 3) {
      await environment.aurora.killTasks(jobOf(environment, index), [1], "behind the engine's back");
      done.push("lost a container");
    } else {
      wanted[index] = { ...each, count: 1 + random.below(mostOfAComponent) };
      done.push("scaled");
    }
  }
  return done;
}

function write(environment: LocalEnvironment, index: number, wanted: Wanted): void {
  const name = topologyName(index);
  const { project } = environment;
  if (wanted === undefined) project.removeIfThere(`stacks/topologies/${name}.yaml`);
  else
    environment.topology({
      name,
      definition: `${name}.defn`,
      restart: wanted.restart,
      parallelism: { count: wanted.count },
    });
}

async function expectAsDocumented(environment: LocalEnvironment, wanted: readonly Wanted[]): Promise<void> {
  const tree = await openStateTree({ local: { root: environment.stateRoot } });
  const found = await Promise.all(wanted.map((_, index) => standing(environment, tree, index)));
  const expected = wanted.map((each, index) => {
    const { containers = 0 } = found[index] ?? {};
    // One for each container of the packing plan, and container 0.
    return each === undefined
      ? { name: topologyName(index), count: 0, containers: 0, tasks: [] }
      : { name: topologyName(index), count: each.count, containers, tasks: tasks(containers + 1, each.restart) };
  });
  assert.deepEqual(found, expected);
}

function tasks(instances: number, restart: string): readonly string[] {
  return Array.from({ length: instances }, (_, instance) => `${instance} RUNNING ${restart}`);
}

async function standing(environment: LocalEnvironment, tree: Awaited<ReturnType<typeof openStateTree>>, index: number) {
  const active = await environment.aurora.tasks(jobOf(environment, index), { active: true });
  const { plan } = await tree.read(topologyName(index));
  const instances = (plan?.containerPlans ?? []).flatMap(({ instancePlans }) => instancePlans);
  return {
    name: topologyName(index),
    count: instances.filter(({ componentName }) => componentName === "count").length,
    containers: plan?.containerPlans.length ?? 0,
    tasks: active
      .sort((a, b) => a.instanceId - b.instanceId)
      .map(({ instanceId, status, metadata }) => {
        const token = metadata.find(({ key }) => key === metadataNames.restart)?.value;
        return `${instanceId} ${status} ${token}`;
      }),
  };
}

function jobOf(environment: LocalEnvironment, index: number): JobKey {
  return { ...environment.job, name: topologyName(index) };
}

function summary(done: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const each of done) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts].map(([what, count]) => `${count} ${what}`).join(", ");
}
