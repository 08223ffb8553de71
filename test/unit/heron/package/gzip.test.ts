import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { sha256 } from "../../../../components/cache";
import { gzipStored } from "../../../../components/heron/package/gzip";

async function gzipped(chunks: readonly Uint8Array[]): Promise<Buffer> {
  const source = (async function* () {
    for (const chunk of chunks) yield await Promise.resolve(chunk);
  })();
  const out: Uint8Array[] = [];
  for await (const piece of gzipStored(source)) out.push(piece.slice());
  return Buffer.concat(out);
}

/** Bytes that repeat only after a long while, the same on every run. */
function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 2654435761) >>> 24);
}

describe("gzip of a topology package", () => {
  it("unpacks to what went in, and comes out the same however it was cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 400_000 }),
        fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 6 }),
        async (length, cuts) => {
          const content = pattern(length);
          const bounds = [0, ...cuts.filter((cut) => cut < length).sort((a, b) => a - b), length];
          const pieces = bounds.slice(1).map((end, i) => content.subarray(bounds[i], end));
          const whole = await gzipped([content]);
          assert.ok(gunzipSync(whole).equals(content));
          assert.ok((await gzipped(pieces)).equals(whole));
        },
      ),
      {
        numRuns: 40,
        examples: [
          [65_535, []],
          [131_070, [65_535]],
          [98_304, [1]],
          [0, []],
        ],
      },
    );
  });

  it("gives the bytes it always gave: an upgrade that changed them would roll every topology", async () => {
    assert.equal(
      sha256(await gzipped([pattern(300_000)])),
      "b255e5cd5dc0a48860362e5ef82df64432753e8499ba8f0e8c572500b420fdb3",
    );
  });
});
