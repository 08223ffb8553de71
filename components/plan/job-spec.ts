import { basename } from "node:path";
import { fetchCommand, type JobSpec } from "../aurora/thermos";
import type { HeronClusterArgs } from "../cluster-args";
import { defaultJavaHome, defaultZooKeeperRoot } from "../heron/conf";
import { topologyConfig } from "../heron/definition";
import { executorArguments, executorPorts, type ExecutorSettings, quotedText } from "../heron/executor-arguments";
import { coreFile, fetchMethod, ownerOf, topologyFile } from "./cluster";
import type { HeronTopologyArgs } from "../topology-args";
import type { PreparedTopology } from "./prepare";

/** What the Aurora job of a prepared topology is made from. */
export function jobSpec(prepared: PreparedTopology, uri: string, owner: string): JobSpec {
  const { request, job, topology, packing, file } = prepared;
  const { cluster, core, topology: args } = request;
  const { connection, root } = stateManager(cluster);
  const executor = executorArguments({
    ...job,
    topologyName: topology.name,
    topologyId: topology.id,
    topologyFile: basename(args.package),
    topologyConfig: topologyConfig(topology),
    stateManagerConnection: connection,
    stateManagerRoot: root,
    javaHome: cluster.javaHome ?? defaultJavaHome,
    verboseGc: args.verboseGc ?? false,
    ...modesOf(cluster, args),
    ramMap: packing.ramMap,
  });
  return {
    job,
    user: ownerOf(cluster),
    owner,
    topologyId: topology.id,
    instances: packing.plan.containers.length + 1,
    resources: packing.container,
    view: {
      fetchCore: fetchCommand(fetchMethod(cluster, "core"), { ...core, file: coreFile }),
      fetchTopology: fetchCommand(fetchMethod(cluster, "topology"), { uri, sha256: file.sha256, file: topologyFile }),
      ports: executorPorts,
      topologyArguments: quotedText(executor),
    },
    topology: args,
  };
}

/** As Heron's submitter reads them: of whichever file of the conf dir, a topology's `heronConfig` over it. */
function modesOf(
  { conf = {} }: HeronClusterArgs,
  { heronConfig = {} }: HeronTopologyArgs,
): Pick<ExecutorSettings, "metricsCacheMode" | "healthManagerMode"> {
  const said = Object.assign({}, ...Object.values(conf), heronConfig) as NonNullable<HeronTopologyArgs["heronConfig"]>;
  const cache = said["heron.topology.metricscachemgr.mode"];
  const health = said["heron.topology.healthmgr.mode"];
  return {
    ...(cache !== undefined && { metricsCacheMode: String(cache) }),
    ...(health !== undefined && { healthManagerMode: String(health) }),
  };
}

function stateManager({ state }: HeronClusterArgs): { readonly connection: string; readonly root: string } {
  return state.zookeeper === undefined
    ? { connection: "LOCALMODE", root: state.local?.root ?? "" }
    : { connection: state.zookeeper.servers, root: state.zookeeper.root ?? defaultZooKeeperRoot };
}
