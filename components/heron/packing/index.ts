/** Heron's packing: which Heron instance runs in which container, and with what. */
export { packingPlanFromBytes, packingPlanFromProto, packingPlanToBytes, packingPlanToProto } from "./codec";
export { heronDefaults, type PackingDefaults, packingDefaults } from "./defaults";
export { describePlan, type PackingPlanDescription } from "./describe";
export { pack, repack } from "./pack";
export type { ContainerPlan, InstancePlan, PackingPlan, Resources } from "./plan";
export { componentCounts, componentRamMap, maxContainerResources, schedule } from "./plan-resources";
