import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { UserError } from "../../../../components/errors";
import { readDefinition, type Topology } from "../../../../components/heron/definition";
import {
  componentRamMap,
  instanceCounts,
  maxContainerResources,
  pack,
  type PackingPlan,
  packingPlanBytes,
  readPackingPlan,
  repack,
  schedule,
} from "../../../../components/heron/packing";
import { packingAlgorithms } from "../../../../components/topology-args";
import { goldenJson, goldenPath } from "../../../support/paths";

interface Recorded {
  readonly error?: string;
  readonly plan?: RecordedPlan;
  readonly scheduled?: RecordedPlan;
}
type RecordedPlan = PackingPlan & {
  readonly componentRamDistribution: string;
  readonly maxContainerResources: unknown;
  readonly protoContainerOrder: readonly number[];
};
interface Repacks {
  readonly repacks: Readonly<Record<string, Recorded & { readonly changes: Readonly<Record<string, number>> }>>;
}

const topologies = readdirSync(goldenPath("heron")).filter((name) =>
  existsSync(goldenPath("heron", name, "packing.RoundRobinPacking.json")),
);

describe("packing, against Heron's own plans", () => {
  let compared = 0;
  let refused = 0;
  let repacked = 0;
  for (const name of topologies) {
    for (const algorithm of packingAlgorithms) {
      it(`packs ${name} by ${algorithm} as Heron does`, () => {
        const topology = definition(name);
        const recorded = goldenJson("heron", name, `packing.${algorithm}.json`) as Recorded;
        if (recorded.error !== undefined) {
          assert.throws(() => pack(algorithm, topology), UserError);
          refused++;
          return;
        }
        const plan = pack(algorithm, topology);
        assert.deepEqual(comparable(plan), recordedComparable(recorded.plan));
        assert.deepEqual(comparable(schedule(plan)), recordedComparable(recorded.scheduled));
        assert.equal(ramText(plan), recorded.plan?.componentRamDistribution);
        assert.deepEqual(maxContainerResources(plan), recorded.plan?.maxContainerResources);
        const bytes = readFileSync(goldenPath("heron", name, `packing.${algorithm}.pb`));
        assert.deepEqual(comparable(readPackingPlan(bytes)), comparable(plan));
        assert.deepEqual(readPackingPlan(packingPlanBytes(plan)), plan);
        assert.deepEqual(
          plan.containers.map(({ id }) => id),
          recorded.plan?.protoContainerOrder,
        );
        assert.deepEqual(Buffer.from(packingPlanBytes(plan)), bytes, "the protobuf's bytes");
        compared++;
      });

      if (!existsSync(goldenPath("heron", name, `packing.${algorithm}.repack.json`))) continue;
      const { repacks } = goldenJson("heron", name, `packing.${algorithm}.repack.json`) as Repacks;
      for (const [label, recorded] of Object.entries(repacks)) {
        it(`repacks ${name} by ${algorithm} as Heron does: ${label}`, () => {
          const topology = definition(name);
          const current = pack(algorithm, topology);
          const counts = instanceCounts(current);
          const wanted = Object.fromEntries(
            Object.entries(recorded.changes).map(([component, delta]) => [
              component,
              (counts.get(component) ?? 0) + delta,
            ]),
          );
          const containers = /containers=(\d+)/.exec(label)?.[1];
          const again = (): PackingPlan =>
            repack(algorithm, topology, current, wanted, containers === undefined ? undefined : Number(containers));
          repacked++;
          // The recorder handed Heron no map where nothing changes, which it does not bear; we keep the plan.
          if (containers === undefined && recorded.error !== undefined && Object.keys(recorded.changes).length === 0)
            assert.deepEqual(again(), current);
          else if (recorded.error !== undefined) assert.throws(again, UserError);
          else assert.deepEqual(comparable(again()), recordedComparable(recorded.plan));
        });
      }
    }
  }

  after(() => {
    console.log(`      ${compared} plans and ${repacked} repackings compared, ${refused} refusals`);
  });
});

function definition(name: string): Topology {
  return readDefinition(readFileSync(goldenPath("heron", name, "definition.defn")), name);
}

function ramText(plan: PackingPlan): string {
  return [...componentRamMap(plan)].map(([component, ram]) => `${component}:${ram}`).join(",");
}

/** A plan with what has no order sorted. */
function comparable(plan: PackingPlan): unknown {
  return {
    id: plan.id,
    containers: [...plan.containers]
      .sort((a, b) => a.id - b.id)
      .map(({ instances, ...container }) => ({
        ...container,
        instances: [...instances].sort((a, b) => a.taskId - b.taskId),
      })),
  };
}

function recordedComparable(plan: RecordedPlan | undefined): unknown {
  assert.ok(plan);
  return comparable({ id: plan.id, containers: plan.containers });
}
