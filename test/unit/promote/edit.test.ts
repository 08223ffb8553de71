import assert from "node:assert/strict";
import fc from "fast-check";
import { CORE_SCHEMA, load } from "js-yaml";
import { stringify } from "yaml";
import { type Value, withValue } from "../../../scripts/promote/edit";

describe("a value written into a YAML document", () => {
  const cases: readonly (readonly [what: string, text: string, path: readonly string[], value: Value, then: string])[] =
    [
      ["takes an older one's place, before its comment", "a: 1 # one\nb: 2\n", ["a"], "x", "a: x # one\nb: 2\n"],
      ["goes behind the mark of an encoding", "\uFEFFa: 1\n", ["b"], "x", "\uFEFFa: 1\nb: x\n"],
      ["keeps double quotes", 'a: "1"\n', ["a"], "x y", 'a: "x y"\n'],
      ["keeps single quotes", "a: '1'\n", ["a"], "it's", "a: 'it''s'\n"],
      ["is quoted where it would be a number", "a: b\n", ["a"], "12", 'a: "12"\n'],
      ["takes a block scalar's place", "a: |\n  x\n  y\nb: 2\n", ["a"], "z", "a: z\nb: 2\n"],
      ["takes the place of nothing", "a:\nb: 2\n", ["a"], "x", "a: x\nb: 2\n"],
      [
        "goes to a map's end",
        "a:\n    b: 1 # one\n\n# of c\nc: 2\n",
        ["a", "d"],
        "x",
        "a:\n    b: 1 # one\n    d: x\n\n# of c\nc: 2\n",
      ],
      ["goes behind a map in a map", "a:\n  b:\n    c: 1\n", ["a", "d"], "x", "a:\n  b:\n    c: 1\n  d: x\n"],
      [
        "goes behind a list in a map",
        "a:\n  b:\n  - 1\n  - { c: 2 }\nd: 3\n",
        ["a", "e"],
        "x",
        "a:\n  b:\n  - 1\n  - { c: 2 }\n  e: x\nd: 3\n",
      ],
      ["goes into a map in braces", "a: {b: 1} # one\n", ["a", "c"], "x", "a: {b: 1, c: x} # one\n"],
      [
        "goes into braces of several lines",
        "a: {\n  b: 1, # one\n}\n",
        ["a", "c"],
        "x",
        "a: {\n  b: 1, c: x, # one\n}\n",
      ],
      ["takes an older one's place in braces", "a: { b: 1, c: 2 }\n", ["a", "b"], "x, y", 'a: { b: "x, y", c: 2 }\n'],
      ["makes the maps on its way", "a: 1\n", ["b", "c", "d"], "x", "a: 1\nb:\n  c:\n    d: x\n"],
      [
        "makes a map where a key has nothing",
        "a: # none yet\nb: 2\n",
        ["a", "c"],
        "x",
        "a: # none yet\n  c: x\nb: 2\n",
      ],
      ["makes a map of an empty one", "a: {} # none yet\nb: 2\n", ["a", "c"], "x", "a: # none yet\n  c: x\nb: 2\n"],
      ["makes a map of null", "a: ~\nb: 2\n", ["a", "c"], "x", "a:\n  c: x\nb: 2\n"],
      ["makes a map in braces", "{ a: 1 }\n", ["b", "c"], "x", "{ a: 1, b: { c: x } }\n"],
      [
        "takes a whole map's place",
        "a:\n  b: 1\n  c: 2 # two\nd: 3\n",
        ["a"],
        { e: "x", f: "y" },
        "a:\n  e: x\n  f: y # two\nd: 3\n",
      ],
      ["takes the place of a map in braces", "a: { b: 1 } # one\n", ["a"], { e: "x" }, "a: { e: x } # one\n"],
      ["is all that an empty document says", "# nothing yet", ["a", "b"], "x", "# nothing yet\na:\n  b: x\n"],
      ["is all that an empty map says", "# nothing yet\n{}\n", ["a"], "x", "# nothing yet\na: x\n"],
      ["comes behind a last line that does not end", "a: 1", ["b"], "x", "a: 1\nb: x"],
      ["ends its lines as the others do", "a: 1\r\nb: 2\r\n", ["c", "d"], "x", "a: 1\r\nb: 2\r\nc:\r\n  d: x\r\n"],
      ["stays before a document's end", "---\na: 1\n...\n", ["b"], "x", "---\na: 1\nb: x\n...\n"],
      ["changes nothing where it is there already", "a: { \"b\" : 'x' }\n", ["a", "b"], "x", "a: { \"b\" : 'x' }\n"],
    ];
  for (const [what, text, path, value, then] of cases)
    it(what, () => {
      assert.equal(withValue(text, path, value), then);
    });

  it("is refused where others share what it would change", () => {
    for (const [text, path] of [
      ["a: &x { b: 1 }\nc: *x\n", ["a", "b"]],
      ["a: &x { b: 1 }\nc: *x\n", ["c", "b"]],
      ["a: &x 1\nc: *x\n", ["a"]],
    ] as const)
      assert.throws(() => withValue(text, path, "x"), /cannot be written: [ac] is shared by an anchor .* Write it out/);
  });

  it("is found there again, and all else is as it was, whatever the document looks like", () => {
    const key = fc.constantFrom("a", "b", "c", "d e", "1");
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.array(fc.string(), { maxLength: 2 }));
    const { map } = fc.letrec<{ map: Record<string, unknown> }>((tie) => ({
      map: fc.dictionary(key, fc.oneof({ maxDepth: 3 }, leaf, tie("map")), { maxKeys: 4, noNullPrototype: true }),
    }));
    const style = fc.record({
      collectionStyle: fc.constantFrom("any" as const, "flow" as const),
      indent: fc.integer({ min: 1, max: 4 }),
      indentSeq: fc.boolean(),
      defaultStringType: fc.constantFrom(
        "PLAIN" as const,
        "QUOTE_DOUBLE" as const,
        "QUOTE_SINGLE" as const,
        "BLOCK_LITERAL" as const,
      ),
    });
    const path = fc.array(key, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(map, style, path, fc.string(), (document, options, place, value) => {
        const text = stringify(document, options);
        const before = load(text, { schema: CORE_SCHEMA });
        const wanted = structuredClone(before) as Record<string, unknown>;
        fc.pre(put(wanted, place, value));
        assert.deepEqual(load(withValue(text, place, value), { schema: CORE_SCHEMA }), wanted, text);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Whether there is a place for it: maps, or nothing, on its way, and no list or map in the place itself. */
function put(map: Record<string, unknown>, [key = "", ...rest]: readonly string[], value: string): boolean {
  const there = map[key] ?? null;
  if (rest.length === 0) {
    map[key] = value;
    return typeof there !== "object" || there === null;
  }
  const inner = there ?? {};
  if (typeof inner !== "object" || Array.isArray(inner)) return false;
  map[key] = inner;
  return put(inner as Record<string, unknown>, rest, value);
}
