import { ensureBuild } from "./build.mjs";
import { ensureDependencies } from "./dependencies.mjs";

/** Brings a checkout to where its compiled code can run: dependencies, then build. */
export async function prepare() {
  await ensureDependencies();
  await ensureBuild();
}
