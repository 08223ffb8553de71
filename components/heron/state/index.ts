export { NotUndoneError } from "./changes";
export { type ExpectedTree, expectedDigest } from "./expected";
export type { ExecutionStateArgs } from "./messages";
export { type ZooKeeperCredentials, openStateTree } from "./open";
export { StateTree, type Submission, type SubmittedNodes, type TopologyState } from "./state-tree";
export type { Ownership } from "./wire";
export type { UpdateLock } from "./update-lock";
