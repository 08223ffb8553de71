// Puts libraries into the modules of ours that use a part of them: finding and reading their files one by one takes a refresh
// longer than its calls. Run after tsc, over what it made of these modules.
import { build } from "esbuild";
import { writeFileSync } from "node:fs";
import { licensesOf } from "./lib/licenses.mjs";
import { root } from "./lib/project.mjs";

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ["components/aurora/thrift/runtime.ts", "components/heron/state/wire.ts"],
  outbase: ".",
  outdir: "bin",
  bundle: true,
  inject: ["scripts/lib/quiet-buffer.mjs"],
  platform: "node",
  target: "node20",
  legalComments: "none",
  // As tsc has it: for `npm run coverage`.
  sourcemap: process.argv.includes("--sourceMap"),
  // Else the bundle would tell where node_modules is linked to.
  preserveSymlinks: true,
  metafile: true,
});
writeFileSync(`${root}/bin/components/LICENSES`, licensesOf(Object.keys(metafile.inputs)));
