// Builds the sample core package, examples/core/heron-core.tar.gz, from its source: the same bytes on every machine.
// Usage: node scripts/build-core.mjs [file to write]
import { build } from "esbuild";
import { gzipSync } from "fflate";
import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { pack } from "tar-stream";
import { licensesOf } from "./lib/licenses.mjs";
import { root } from "./lib/project.mjs";

const core = join(root, "examples", "core");

/** The package's bytes. */
async function coreArchive() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["examples/core/src/heron-executor.ts"],
    bundle: true,
    platform: "node",
    target: "node20",
    minify: true,
    legalComments: "none",
    // Else the bundle would tell where node_modules is linked to.
    preserveSymlinks: true,
    metafile: true,
    write: false,
    banner: { js: "#!/usr/bin/env node" },
  });
  return archive([
    { name: "heron-core/", mode: 0o755 },
    { name: "heron-core/LICENSES", mode: 0o644, content: licensesOf(Object.keys(metafile.inputs)) },
    { name: "heron-core/README", mode: 0o644, content: readFileSync(join(core, "README"), "utf8") },
    { name: "heron-core/bin/", mode: 0o755 },
    { name: "heron-core/bin/heron-executor", mode: 0o755, content: outputFiles[0].text },
  ]);
}

async function archive(members) {
  const tar = pack();
  const common = { uid: 0, gid: 0, mtime: new Date("1980-01-01T00:00:00Z") };
  for (const { content, ...header } of members) {
    if (content === undefined) tar.entry({ ...common, ...header, type: "directory" });
    else tar.entry({ ...common, ...header }, content);
  }
  tar.finalize();
  return Buffer.from(gzipSync(await buffer(tar), { level: 9, mtime: 0 }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bytes = await coreArchive();
  writeFileSync(process.argv[2] ?? join(core, "heron-core.tar.gz"), bytes);
}
