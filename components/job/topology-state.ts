import type { AuroraJobInputs } from "./inputs";
import type { Target, World } from "./target";

/** The state that a running topology's TManager tells; undefined where none has registered, or it tells another. */
export async function topologyState(
  { name }: Target["job"],
  { tree }: Pick<World, "tree">,
): Promise<AuroraJobInputs["state"] | undefined> {
  const state = await tree.topologyState(name);
  if (state === "RUNNING") return "running";
  return state === "PAUSED" ? "deactivated" : undefined;
}
