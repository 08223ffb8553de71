import assert from "node:assert/strict";
import fc from "fast-check";
import {
  describe as inWords,
  describeSome,
  excess,
  isNone,
  isSame,
  minus,
  none,
  plus,
  takesQuota,
  times,
} from "../../../components/quota/amounts";

const amounts = fc.record(
  {
    numCpus: fc.integer({ min: 0, max: 100_000 }).map((tenths) => tenths / 10),
    ramMb: fc.integer({ min: 0, max: 2 ** 40 }),
    diskMb: fc.integer({ min: 0, max: 2 ** 40 }),
  },
  { noNullPrototype: true },
);

describe("amounts of a quota", () => {
  it("fit together as often as they are added, whatever binary fractions make of tenths of cores", () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 1, max: 200 }), (each, count) => {
        const sum = Array.from({ length: count }, () => each).reduce(plus, none);
        assert.ok(isNone(excess(sum, times(each, count))));
        assert.ok(isNone(excess(times(each, count), sum)));
      }),
    );
  });

  it("lack just what is missing, each of the three for itself", () => {
    fc.assert(
      fc.property(amounts, amounts, (wanted, limit) => {
        const lacking = excess(wanted, limit);
        assert.ok(isNone(excess(wanted, plus(limit, lacking))));
        assert.equal(lacking.ramMb, Math.max(0, wanted.ramMb - limit.ramMb));
        assert.ok(isNone(lacking) || !isNone(excess(wanted, limit)));
      }),
    );
    assert.deepEqual(excess({ numCpus: 3, ramMb: 10, diskMb: 5 }, { numCpus: 1, ramMb: 20, diskMb: 5 }), {
      numCpus: 2,
      ramMb: 0,
      diskMb: 0,
    });
  });

  it("are the same only when all three are", () => {
    const some = { numCpus: 1, ramMb: 2, diskMb: 3 };
    assert.ok(isSame(some, { ...some }));
    for (const key of ["numCpus", "ramMb", "diskMb"] as const) assert.ok(!isSame(some, { ...some, [key]: 9 }));
    assert.deepEqual(minus(plus(some, some), some), some);
  });

  it("are told in cores and bytes, the missing ones without what is not missing", () => {
    const some = { numCpus: 1.5, ramMb: 1536, diskMb: 0 };
    assert.equal(inWords(some), "1.5 cores, 1.5 GiB ram, 0 MiB disk");
    assert.equal(describeSome(some), "1.5 cores, 1.5 GiB ram");
    assert.equal(describeSome({ ...none, diskMb: 512 }), "512 MiB disk");
  });
});

describe("a task takes from its role's quota", () => {
  const task = { production: false, constraints: [] };
  const dedicated = [{ name: "dedicated", constraint: { value: { negated: false, values: ["heron/streaming"] } } }];

  it("by the tier that is not preempted, or when the scheduler has marked it so", () => {
    assert.ok(takesQuota({ ...task, tier: "preferred" }));
    assert.ok(takesQuota({ ...task, tier: "gold", production: true }));
    for (const tier of ["preemptible", "revocable"]) assert.ok(!takesQuota({ ...task, tier }));
    assert.ok(!takesQuota(task), "the scheduler's default tier is preempted");
  });

  it("not on dedicated hosts", () => {
    assert.ok(!takesQuota({ tier: "preferred", production: true, constraints: dedicated }));
    const other = [{ name: "rack", constraint: { limit: { limit: 1 } } }];
    assert.ok(takesQuota({ ...task, tier: "preferred", constraints: other }));
  });
});
