import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { JavaHashSet } from "../../../../components/heron/packing/java-hash-set";
import { repoRoot } from "../../../support/paths";

/**
 * Recorded from OpenJDK 17: a `HashSet` of objects whose hash codes are the numbers, made empty or for a collection of
 * `expected` items; `steps` are additions (+) and removals (-), `order` is its iteration afterwards.
 */
interface Recording {
  readonly expected: number;
  readonly steps: string;
  readonly order: string;
}

const recordings = JSON.parse(
  readFileSync(join(repoRoot, "test", "unit", "heron", "packing", "java-hash-set.recorded.json"), "utf8"),
) as Recording[];

function replay({ expected, steps }: Recording): JavaHashSet<number> {
  const set = new JavaHashSet<number>((hash) => hash, expected);
  for (const step of steps.split(" ")) {
    const item = Number(step.slice(1));
    if (step.startsWith("+")) set.add(item);
    else set.delete(item);
  }
  return set;
}

describe("the order of a Java hash set", () => {
  it("is that of OpenJDK after the same additions and removals, in lists and in trees", () => {
    for (const [index, recording] of recordings.entries()) {
      assert.equal([...replay(recording)].join(" "), recording.order, `recording ${index}`);
    }
    assert.equal(recordings.length, 60);
  });

  it("refuses to delete what it does not hold", () => {
    const set = new JavaHashSet<number>((hash) => hash);
    set.add(1);
    assert.throws(() => set.delete(17), /does not hold/);
    assert.equal(set.size, 1);
  });
});
