/** What a container or a Heron instance takes: `cpu` in cores, `ram` and `disk` in bytes. */
export interface Resources {
  readonly cpu: number;
  readonly ram: number;
  readonly disk: number;
}

/** One Heron instance (a spout's or bolt's task) placed in a container. */
export interface InstancePlan {
  readonly component: string;
  /** Unique in the topology, from 1. */
  readonly taskId: number;
  /** Position among the instances of its component, from 0. */
  readonly componentIndex: number;
  readonly resource: Resources;
}

/** One container. Container 0 runs the TManager and is never in a plan; these count from 1. */
export interface ContainerPlan {
  readonly id: number;
  readonly requiredResource: Resources;
  /** What the scheduler grants; Heron's AuroraScheduler gives every container the largest of each dimension. */
  readonly scheduledResource?: Resources;
  readonly instances: readonly InstancePlan[];
}

/** Heron's packing plan: which instance runs in which container, with what. `id` is the topology id. */
export interface PackingPlan {
  readonly id: string;
  readonly containers: readonly ContainerPlan[];
}
