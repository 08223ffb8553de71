import { createHash } from "node:crypto";

/** Hash of the two nodes of the state tree that say what should run; `absent` where one is missing. */
export function treeHash(tree: { readonly topology?: Uint8Array; readonly packingPlan?: Uint8Array }): string {
  if (tree.topology === undefined || tree.packingPlan === undefined) return "absent";
  // The topology's length keeps the border between the two from moving unseen.
  return createHash("sha256")
    .update(`${tree.topology.length}:`)
    .update(tree.topology)
    .update(tree.packingPlan)
    .digest("hex");
}
