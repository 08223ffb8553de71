import assert from "node:assert/strict";
import fc from "fast-check";
import type { HostResources, Offer } from "../../../components/aurora/offers";
import { describeResources, executorOverhead, unplaced } from "../../../components/job/room";

const amount = (numCpus: number, ramGb = numCpus, diskGb = numCpus, numGpus = 0): HostResources => ({
  numGpus,
  numCpus,
  ramMb: ramGb * 1024,
  diskMb: diskGb * 1024,
});
/** Hosts that have so much free beside what the executors of four containers take. */
const hosts = (...free: readonly HostResources[]): Offer[] =>
  free.map((each, host) => ({
    hostname: `host-${host}`,
    free: {
      ...each,
      numCpus: each.numCpus + 4 * executorOverhead.numCpus,
      ramMb: each.ramMb + 4 * executorOverhead.ramMb,
    },
    dedicated: [],
  }));

describe("room for containers", () => {
  it("is on any host that has all three of what one takes", () => {
    assert.equal(unplaced(hosts(amount(4)), [{ count: 4, each: amount(1) }]), 0);
    assert.equal(unplaced(hosts(amount(4)), [{ count: 5, each: amount(1) }]), 1);
    assert.equal(unplaced(hosts(amount(4, 2)), [{ count: 4, each: amount(1) }]), 2);
    assert.equal(unplaced(hosts(amount(4, 4, 0)), [{ count: 1, each: amount(1) }]), 1);
    assert.equal(unplaced([], [{ count: 2, each: amount(1) }]), 2);
  });

  it("is on a host with the GPUs that one takes, which are its own", () => {
    const offers = hosts(amount(8), amount(8, 8, 8, 3));
    const each = amount(1, 1, 1, 1);
    assert.equal(unplaced(offers, [{ count: 3, each }]), 0);
    assert.equal(unplaced(offers, [{ count: 4, each }]), 1);
    const other = { count: 1, each: amount(8) };
    assert.equal(unplaced(hosts(amount(8, 8, 8, 1), amount(8)), [other, { count: 1, each }]), 0, "it is left its host");
  });

  it("is told with GPUs where they are asked for, be there none", () => {
    assert.equal(describeResources(amount(1), true), "1 core, 1 GiB ram, 1 GiB disk, 0 GPUs");
    assert.equal(describeResources(amount(1, 1, 1, 1), true), "1 core, 1 GiB ram, 1 GiB disk, 1 GPU");
    assert.doesNotMatch(describeResources(amount(1, 1, 1, 1), false), /GPU/);
  });

  it("is taken by the executor too, beside each container", () => {
    const exactly = { hostname: "a", free: amount(2, 1, 8), dedicated: [] };
    assert.equal(unplaced([exactly], [{ count: 1, each: amount(2, 1, 1) }]), 1);
    assert.equal(unplaced([exactly], [{ count: 1, each: { ...amount(1.75, 1, 1), ramMb: 896 } }]), 0);
  });

  it("is on dedicated hosts for those containers alone that ask for them, and on no other hosts for these", () => {
    const [open] = hosts(amount(4));
    assert.ok(open);
    const own = { ...open, dedicated: ["heron/streaming"] };
    const each = amount(1);
    assert.equal(unplaced([own], [{ count: 1, each }]), 1);
    assert.equal(unplaced([own], [{ count: 1, each, dedicated: "heron/streaming" }]), 0);
    assert.equal(unplaced([own, open], [{ count: 1, each, dedicated: "heron/other" }]), 1);
    assert.equal(unplaced([open], [{ count: 1, each, dedicated: "heron/streaming" }]), 1);
  });

  it("is not what several hosts have together", () => {
    assert.equal(unplaced(hosts(amount(1.5), amount(1.5)), [{ count: 1, each: amount(2) }]), 1);
  });

  it("is what topologies before it leave, the largest of which are placed first", () => {
    const offers = hosts(amount(4), amount(2));
    const [small, large] = [
      { count: 2, each: amount(1) },
      { count: 1, each: amount(4) },
    ];
    assert.equal(unplaced(offers, [small, large]), 0);
    assert.equal(unplaced(offers, [large, small]), 0);
    assert.equal(unplaced(offers, [large, small, { count: 1, each: amount(0.5) }]), 1);
  });

  const resources = fc.record({
    numCpus: fc.integer({ min: 1, max: 8 }),
    ramMb: fc.integer({ min: 1, max: 8 }).map((halves) => halves * 512),
    diskMb: fc.integer({ min: 1, max: 8 }),
    numGpus: fc.integer({ min: 1, max: 8 }),
  });

  it("is never promised beyond what the hosts have, nor denied where each container has a host of its own", () => {
    fc.assert(
      fc.property(
        fc.array(resources, { maxLength: 5 }),
        resources,
        fc.integer({ min: 0, max: 12 }),
        (free, each, count) => {
          const offers = free.map((room) => ({ hostname: "any", free: room, dedicated: [] }));
          const placed = count - unplaced(offers, [{ count, each }]);
          const fits = (room: HostResources) =>
            Math.min(
              ...(["numCpus", "ramMb", "diskMb", "numGpus"] as const).map((of) =>
                Math.floor(room[of] / (each[of] + executorOverhead[of])),
              ),
            );
          assert.equal(
            placed,
            Math.min(
              count,
              free.map(fits).reduce((sum, n) => sum + n, 0),
            ),
          );
        },
      ),
    );
  });
});
