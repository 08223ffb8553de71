import { UserError } from "../../errors";

/** Directories of Heron's state tree, in the order in which its state managers make them. */
export const directories = [
  "tmanagers",
  "metricscaches",
  "topologies",
  "packingplans",
  "pplans",
  "executionstate",
  "schedulers",
  "statefulcheckpoints",
  "locks",
] as const;

export type Directory = (typeof directories)[number];

/** Whose nodes a directory holds: those of who submits, or those of the running topology. */
export function isSubmittersOwn(directory: string): boolean {
  return ["topologies", "packingplans", "executionstate", "schedulers"].includes(directory);
}

/** A root path as ZooKeeper takes it: `/heron` for `heron/`, `/` for none. */
export function rootPath(root: string): string {
  return `/${root.split("/").filter(Boolean).join("/")}`;
}

/** Path of a topology's node, relative to the tree's root. */
export function nodePath(directory: Directory, topology: string): string {
  return `${directory}/${topology}`;
}

/** Path of the lock that Heron's `update` holds. */
export function updateLockPath(topology: string): string {
  return `locks/${topology}__updateTopology`;
}

/** Path of a node that only tells whether two addresses lead to one tree; beside the locks, where no tool looks for topologies. */
export function signPath(topology: string): string {
  return `locks/${topology}__heronAuroraSign`;
}

/** Whether a node of this name can be a topology's, in ZooKeeper or as a file; Heron refuses `.` and `/` too. */
export function isTopologyName(name: string): boolean {
  return /^[^./\p{Cc}]+$/u.test(name);
}

/** @throws UserError when `topology` cannot be a topology's name */
export function checkTopologyName(topology: string): void {
  if (!isTopologyName(topology)) {
    throw new UserError(
      `'${topology}' cannot be a topology's name: it names nodes of Heron's state tree, so it must not be empty nor ` +
        `contain '.', '/' or control characters.`,
    );
  }
}
