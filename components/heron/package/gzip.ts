import { Gzip } from "fflate";

const blockBytes = 65_535;

/**
 * Wraps bytes in gzip without compressing them: jars, pexes and their like are compressed already, and the result is the
 * same on any machine, which that of Node's zlib is not (it varies with the build and the processor).
 */
export async function* gzipStored(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const gzip = new Gzip({ level: 0, mtime: 0 }, (chunk) => ready.push(chunk));
  for await (const block of inBlocks(content)) {
    gzip.push(block, false);
    yield* ready.splice(0);
  }
  gzip.push(new Uint8Array(0), true);
  yield* ready;
}

/** Cuts a stream into pieces of one size, whatever pieces it came in: deflate's output follows how it is fed. */
async function* inBlocks(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(blockBytes);
  let filled = 0;
  for await (const chunk of content) {
    for (let from = 0; from < chunk.byteLength;) {
      const part = chunk.subarray(from, from + blockBytes - filled);
      block.set(part, filled);
      from += part.byteLength;
      filled += part.byteLength;
      if (filled < blockBytes) continue;
      yield block;
      block = new Uint8Array(blockBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}
