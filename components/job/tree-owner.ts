import { parseJobKey } from "../aurora/job-key";
import type { Ownership } from "../heron/state";
import type { AuroraJobInputs } from "./inputs";
import type { World } from "./target";

/** Whether no other job's topology of the same name is in the tree. */
export async function isOwnTree(outs: AuroraJobInputs, { tree }: World): Promise<boolean> {
  const ownership = await tree.ownership(parseJobKey(outs.jobKey).name);
  return ownership === undefined || isOurs(ownership, outs);
}

/** Whether an execution state is that of the job of such inputs. */
export function isOurs({ cluster, role, environ }: Ownership, { jobKey }: AuroraJobInputs): boolean {
  return jobKey.startsWith(`${cluster}/${role}/${environ}/`);
}
