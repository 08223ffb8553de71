/** The library's whole public surface. */
export type {
  ArtifactStoreArgs,
  ConfValue,
  CorePackageArgs,
  FetchArgs,
  HeronClusterArgs,
  QuotaArgs,
  SchedulerArgs,
  StateTreeArgs,
} from "./cluster-args";
export { HeronCluster, type HeronClusterInputs, type HeronClusterOptions } from "./cluster";
export { deployStack, type StackOutputs } from "./stack";
export { HeronTopology, type HeronTopologyInputs, type HeronTopologyOptions } from "./topology";
export type {
  ConstraintArgs,
  ContainerArgs,
  HeronTopologyArgs,
  PackingAlgorithm,
  TimeoutArgs,
  UpdateArgs,
} from "./topology-args";
