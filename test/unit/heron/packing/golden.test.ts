import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";

import { UserError } from "../../../../components/errors";
import { readDefinition, type Topology } from "../../../../components/heron/definition";
import {
  componentCounts,
  describePlan,
  pack,
  type PackingPlan,
  packingPlanFromBytes,
  packingPlanToBytes,
  repack,
  schedule,
} from "../../../../components/heron/packing";
import { type PackingAlgorithm, packingAlgorithms } from "../../../../components/topology-args";
import { goldenJson, goldenPath } from "../../../support/paths";

interface Recording {
  readonly plan?: unknown;
  readonly scheduled?: unknown;
  readonly error?: string;
}

interface Repacking {
  readonly changes: Readonly<Record<string, number>>;
  readonly plan?: unknown;
  readonly error?: string;
}

interface Case {
  readonly folder: string;
  readonly algorithm: PackingAlgorithm;
  readonly topology: Topology;
}

const cases = packingAlgorithms.flatMap((algorithm) =>
  readdirSync(goldenPath("heron"))
    .filter((folder) => existsSync(goldenPath("heron", folder, `packing.${algorithm}.json`)))
    .map((folder): Case => ({ folder, algorithm, topology: goldenTopology(folder) })),
);

function goldenTopology(folder: string): Topology {
  return readDefinition(readFileSync(goldenPath("heron", folder, "definition.defn")), folder);
}

function recording({ folder, algorithm }: Case): Recording {
  return goldenJson("heron", folder, `packing.${algorithm}.json`) as Recording;
}

function repackings({ folder, algorithm }: Case): [string, Repacking][] {
  const file = `packing.${algorithm}.repack.json`;
  const { repacks } = goldenJson("heron", folder, file) as { repacks: Record<string, Repacking> };
  return Object.entries(repacks);
}

/** The golden changes are differences; `containers=N` in a title is a wish for so many containers. */
function repackAsRecorded(
  { algorithm, topology }: Case,
  plan: PackingPlan,
  title: string,
  recorded: Repacking,
): PackingPlan {
  const counts = componentCounts(plan);
  const parallelism = Object.fromEntries(
    Object.entries(recorded.changes).map(([name, change]) => [name, (counts.get(name) ?? 0) + change]),
  );
  const containers = /containers=(\d+)/.exec(title)?.[1];
  return repack(algorithm, topology, plan, parallelism, containers === undefined ? undefined : Number(containers));
}

describe("packing plans that Heron made", () => {
  const planned = cases.filter((one) => recording(one).error === undefined);

  it("are made alike, and scheduled alike", () => {
    for (const one of planned) {
      const title = `${one.folder} ${one.algorithm}`;
      const plan = pack(one.algorithm, one.topology);
      assert.deepEqual(describePlan(plan), recording(one).plan, title);
      assert.deepEqual(describePlan(schedule(plan)), recording(one).scheduled, `${title}, scheduled`);
    }
    assert.equal(planned.length, 102);
  });

  it("are written byte for byte, and read back", () => {
    for (const { folder, algorithm, topology } of planned) {
      const golden = readFileSync(goldenPath("heron", folder, `packing.${algorithm}.pb`));
      const plan = pack(algorithm, topology);
      assert.equal(Buffer.from(packingPlanToBytes(plan)).toString("hex"), golden.toString("hex"), folder);
      assert.deepEqual(packingPlanFromBytes(golden), plan, folder);
    }
  });

  it("are what the state tree held after the submission", () => {
    const submitted = planned.filter(({ folder, algorithm }) => usedBySubmission(folder) === algorithm);
    for (const { folder, algorithm, topology } of submitted) {
      const plan = packingPlanToBytes(schedule(pack(algorithm, topology)));
      assert.equal(Buffer.from(plan).toString("hex"), planNode(folder), folder);
    }
    assert.equal(submitted.length, 24);
  });

  it("fail where Heron failed, as mistakes the user can mend", () => {
    const failed = cases.filter((one) => recording(one).error !== undefined);
    for (const { folder, algorithm, topology } of failed) {
      assert.throws(() => pack(algorithm, topology), UserError, `${folder} ${algorithm}`);
    }
    assert.equal(failed.length, 18);
  });

  it("are repacked alike, and fail alike", () => {
    const compared = { plans: 0, errors: 0 };
    for (const one of planned) {
      const plan = pack(one.algorithm, one.topology);
      for (const [change, recorded] of repackings(one)) {
        const title = `${one.folder} ${one.algorithm} ${change}`;
        const repacked = () => repackAsRecorded(one, plan, change, recorded);
        if (recorded.error === undefined) {
          assert.deepEqual(describePlan(repacked()), recorded.plan, title);
          compared.plans += 1;
        } else {
          assert.throws(repacked, UserError, title);
          compared.errors += 1;
        }
      }
    }
    assert.deepEqual(compared, { plans: 695, errors: 325 });
  });

  it("are repacked from the state tree as from memory", () => {
    for (const { folder, algorithm, topology } of planned) {
      const plan = schedule(pack(algorithm, topology));
      const [first] = componentCounts(plan);
      assert.ok(first);
      const read = packingPlanFromBytes(packingPlanToBytes(plan));
      const grown = { [first[0]]: first[1] + 1 };
      assert.deepEqual(repack(algorithm, topology, read, grown), repack(algorithm, topology, plan, grown), folder);
    }
  });
});

function usedBySubmission(folder: string): PackingAlgorithm | undefined {
  if (planNode(folder) === undefined) return undefined;
  const { cli } = goldenJson("heron", folder, "submit.json") as { cli: readonly string[] };
  return (
    packingAlgorithms.find((algorithm) => cli.some((word) => word.endsWith(`.${algorithm}`))) ?? "RoundRobinPacking"
  );
}

function planNode(folder: string): string | undefined {
  if (!existsSync(goldenPath("heron", folder, "state.json"))) return undefined;
  const tree = goldenJson("heron", folder, "state.json") as Record<string, { hex?: string }>;
  return Object.entries(tree).find(([path]) => /^packingplans\/./.test(path))?.[1].hex;
}
