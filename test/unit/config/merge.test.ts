import assert from "node:assert/strict";

import fc from "fast-check";

import { mergeDefaults } from "../../../components/config/merge";

describe("mergeDefaults", () => {
  it("lets the topology's texts, numbers, truths and lists replace those of the defaults", () => {
    assert.deepEqual(
      mergeDefaults<object>(
        { tier: "preferred", priority: 1, adopt: true, args: ["a", "b"] },
        { tier: "revocable", priority: 0, adopt: false, args: [] },
      ),
      { tier: "revocable", priority: 0, adopt: false, args: [] },
    );
  });

  it("merges maps key by key, at any depth", () => {
    assert.deepEqual(mergeDefaults<object>({ a: { x: 1, deep: { y: 2 } } }, { a: { x: 3, deep: { z: 4 } } }), {
      a: { x: 3, deep: { y: 2, z: 4 } },
    });
  });

  it("replaces a container as a whole, since its kinds exclude each other", () => {
    assert.deepEqual(mergeDefaults<object>({ container: { docker: { image: "a" } } }, { container: { mesos: {} } }), {
      container: { mesos: {} },
    });
  });

  it("replaces a policy by one of another kind, and lays one over another of its own kind", () => {
    const merged = (own: object) => mergeDefaults<object>({ slaPolicy: { count: 25 } }, { slaPolicy: own });
    assert.deepEqual(merged({ percentage: 90 }), { slaPolicy: { percentage: 90 } });
    assert.deepEqual(merged({ durationSeconds: 60 }), { slaPolicy: { count: 25, durationSeconds: 60 } });
  });

  it("is the topology where there are no defaults, the defaults where it says nothing, and changes neither", () => {
    const plain = { noNullPrototype: true };
    const maps = fc.dictionary(
      fc.string(),
      fc.oneof(fc.string(), fc.dictionary(fc.string(), fc.integer(), plain)),
      plain,
    );
    fc.assert(
      fc.property(maps, maps, (defaults, topology) => {
        const before = structuredClone([defaults, topology]);
        assert.deepEqual(mergeDefaults<object>({}, topology), { ...topology });
        assert.deepEqual(mergeDefaults<object>(defaults, {}), { ...defaults });
        const merged = new Map<string, unknown>(Object.entries(mergeDefaults<object>(defaults, topology)));
        assert.deepEqual([...merged.keys()].sort(), [...new Set(Object.keys({ ...defaults, ...topology }))].sort());
        assert.deepEqual([defaults, topology], before);
      }),
    );
  });
});
