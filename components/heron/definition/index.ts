/** The topology definition (`.defn`): what the user's own main emits, read and changed as data. */
export type { Topology } from "../proto/gen/topology_pb";
export { readDefinition, writeDefinition } from "./codec";
export { components, componentValues, type TopologyComponent, withParallelism } from "./components";
export {
  componentConfigs,
  isEffectivelyOnce,
  topologyConfig,
  TopologyConfigError,
  withConfig,
  withContainerCount,
} from "./config";
export { withIdentity } from "./identity";
export { checkedRuntimeConfig, runtimeConfig, runtimePostfix } from "./runtime-config";
export { forStateTree, withState } from "./state-tree";
export { deriveTopologyId } from "./topology-id";
export { validateTopology } from "./validate";
