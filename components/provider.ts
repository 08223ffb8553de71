// What the dynamic provider's process loads (see dynamic-provider.ts): today's code, also for state of yesterday.
export { hdfsFile } from "./artifacts/hdfs/file-lifecycle";
export { packageFile } from "./artifacts/package-file-lifecycle";
export { confDirectory } from "./conf-directory/lifecycle";
export { auroraJob } from "./job/lifecycle";
export { fetchProbe } from "./probe/lifecycle";
export { auroraQuota } from "./quota/lifecycle";
export { stateTreeRoot } from "./state-tree-root/lifecycle";
