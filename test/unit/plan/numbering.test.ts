import assert from "node:assert/strict";
import fc from "fast-check";
import { pack, repack } from "../../../components/heron/packing";
import { UserError } from "../../../components/errors";
import { packTopology } from "../../../components/plan/packing";
import type { PackingAlgorithm } from "../../../components/topology-args";
import { topologyOf } from "../heron/packing/synthetic-topology";

const algorithms: readonly PackingAlgorithm[] = [
  "RoundRobinPacking",
  "ResourceCompliantRRPacking",
  "FirstFitDecreasingPacking",
];
const count = fc.integer({ min: 1, max: 9 });
const args = (packing: PackingAlgorithm, parallelism: Readonly<Record<string, number>>) => ({
  name: "synthetic",
  package: "a.jar",
  packing,
  parallelism,
});

describe("containers of a packing plan, which are instances of a job", () => {
  it("are numbered from 1 without a gap, by whichever algorithm and however a topology is scaled", () => {
    const space = [fc.constantFrom(...algorithms), count, count, count, count, fc.integer({ min: 2, max: 4 })] as const;
    fc.assert(
      fc.property(...space, (packing, a, b, toA, toB, size) => {
        const topology = topologyOf({ a, b }, { "topology.container.max.instances": size });
        let packed;
        try {
          packed = packTopology(topology, args(packing, { a: toA, b: toB }));
        } catch (error) {
          fc.pre(!(error instanceof UserError));
          throw error;
        }
        const { plan } = packed;
        const ids = plan.containers.map(({ id }) => id).sort((one, other) => one - other);
        assert.deepEqual(
          ids,
          ids.map((_, index) => index + 1),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("keep their number where Heron empties another, and the highest takes the empty one's", () => {
    const topology = topologyOf({ word: 2, consumer: 4 }, { "topology.container.max.instances": 2 });
    const packing = "FirstFitDecreasingPacking";
    const heron = repack(packing, topology, pack(packing, topology), { word: 1 });
    const { plan } = packTopology(topology, args(packing, { word: 1 }));
    const tasksIn = ({ containers }: typeof plan) =>
      new Map(containers.map(({ id, instances }) => [id, instances.map(({ taskId }) => taskId).join()]));
    const [before, after] = [tasksIn(heron), tasksIn(plan)];
    assert.deepEqual([...before.keys()].sort(), [1, 3, 4, 5, 6]);
    assert.deepEqual([...after.keys()].sort(), [1, 2, 3, 4, 5]);
    for (const id of [1, 3, 4, 5]) assert.equal(after.get(id), before.get(id));
    assert.equal(after.get(2), before.get(6));
  });
});
