import { createRequire } from "node:module";
import type * as hdfs from "./artifacts/hdfs/file-lifecycle";
import type * as packages from "./artifacts/package-file-lifecycle";
import type * as hold from "./artifacts/s3/hold-lifecycle";
import type * as conf from "./conf-directory/lifecycle";
import type * as job from "./job/lifecycle";
import type * as probe from "./probe/lifecycle";
import type * as quota from "./quota/lifecycle";
import type * as root from "./state-tree-root/lifecycle";

const load = createRequire(__filename);

/**
 * What the dynamic provider's process loads (see dynamic-provider.ts): today's code, also for state of yesterday. Each kind
 * of resource loads its own code: a stack has two or three of them, and every run starts such a process.
 */
const provider = {
  get auroraJob() {
    return (load("./job/lifecycle") as typeof job).auroraJob;
  },
  get auroraQuota() {
    return (load("./quota/lifecycle") as typeof quota).auroraQuota;
  },
  get confDirectory() {
    return (load("./conf-directory/lifecycle") as typeof conf).confDirectory;
  },
  get fetchProbe() {
    return (load("./probe/lifecycle") as typeof probe).fetchProbe;
  },
  get hdfsFile() {
    return (load("./artifacts/hdfs/file-lifecycle") as typeof hdfs).hdfsFile;
  },
  get packageFile() {
    return (load("./artifacts/package-file-lifecycle") as typeof packages).packageFile;
  },
  get packageHold() {
    return (load("./artifacts/s3/hold-lifecycle") as typeof hold).packageHold;
  },
  get stateTreeRoot() {
    return (load("./state-tree-root/lifecycle") as typeof root).stateTreeRoot;
  },
};

export = provider;
