// Builds examples/core/heron-core.tar.gz, the sample core package, from its source: the same bytes each time.
import { build } from "esbuild";
import { gzipSync } from "fflate";
import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { pack } from "tar-stream";

const core = fileURLToPath(new URL("../examples/core/", import.meta.url));

/** The package's bytes. */
export async function coreArchive() {
  const { outputFiles } = await build({
    entryPoints: [`${core}src/heron-executor.ts`],
    bundle: true,
    platform: "node",
    target: "node20",
    minify: true,
    legalComments: "none",
    write: false,
    banner: { js: "#!/usr/bin/env node" },
  });
  const tar = pack();
  const member = { mtime: new Date(0), uid: 0, gid: 0 };
  const directory = { ...member, type: "directory", mode: 0o755 };
  tar.entry({ ...directory, name: "heron-core/" });
  tar.entry({ ...directory, name: "heron-core/bin/" });
  tar.entry({ ...member, name: "heron-core/bin/heron-executor", mode: 0o755 }, outputFiles[0].text);
  tar.entry({ ...member, name: "heron-core/README", mode: 0o644 }, readFileSync(`${core}README`, "utf8"));
  tar.finalize();
  return Buffer.from(gzipSync(await buffer(tar), { level: 9, mtime: 0 }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(`${core}heron-core.tar.gz`, await coreArchive());
}
