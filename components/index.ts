/** The library's whole public surface. */
export type { ArtifactStoreInputs } from "./artifacts";
export type { BucketPlace } from "./artifacts/s3/address";
export type { S3StoreInputs } from "./artifacts/s3/inputs";
export type { PackageLocation } from "./artifacts/store";
export type {
  ArtifactStoreArgs,
  ConfTree,
  ConfValue,
  CorePackageArgs,
  FetchArgs,
  HdfsStoreArgs,
  HeronClusterArgs,
  LocalSchedulerArgs,
  QuotaArgs,
  S3ReadersArgs,
  S3StoreArgs,
  SchedulerArgs,
  StateTreeArgs,
  SubmitterName,
} from "./cluster-args";
export { HeronCluster, type HeronClusterInputs, type HeronClusterOptions, type StateTreeInputs } from "./cluster";
export { deployStack, type StackOutputs, type TopologyLinks } from "./stack";
export { HeronTopology, type HeronTopologyInputs, type HeronTopologyOptions, type TopologySummary } from "./topology";
export type {
  ConstraintArgs,
  ContainerArgs,
  FetcherUriArgs,
  HealthCheckArgs,
  HeronTopologyArgs,
  PackingAlgorithm,
  PartitionPolicyArgs,
  RestartContainersArgs,
  SlaPolicyArgs,
  TimeoutArgs,
  UpdateArgs,
} from "./topology-args";
