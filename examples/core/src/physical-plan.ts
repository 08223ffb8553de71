import { create } from "@bufbuild/protobuf";
import type { PackingPlan } from "../../../components/heron/proto/gen/packing_plan_pb";
import {
  type Instance,
  InstanceInfoSchema,
  InstanceSchema,
  type PhysicalPlan,
  PhysicalPlanSchema,
  StMgrSchema,
} from "../../../components/heron/proto/gen/physical_plan_pb";
import type { Topology } from "../../../components/heron/proto/gen/topology_pb";

/** Where a container's stream manager would listen. */
export interface Registration {
  readonly container: number;
  readonly host: string;
  readonly port: number;
  readonly shellPort: number;
  readonly pid: number;
  readonly cwd: string;
}

/** Containers of the packing plan that have not registered. */
export function absentContainers(plan: PackingPlan, registered: ReadonlyMap<number, Registration>): number[] {
  return plan.containerPlans.map(({ id }) => id).filter((id) => !registered.has(id));
}

/** The physical plan as Heron's TManager makes it once all containers have registered: who runs where. */
export function physicalPlan(
  topology: Topology,
  plan: PackingPlan,
  registered: ReadonlyMap<number, Registration>,
): PhysicalPlan {
  return create(PhysicalPlanSchema, {
    topology,
    stmgrs: plan.containerPlans.flatMap(({ id }) => {
      const at = registered.get(id);
      return at === undefined ? [] : [stmgr(at)];
    }),
    instances: plan.containerPlans.flatMap((container) => instancesOf(container)),
  });
}

function stmgr({ container, host, port, shellPort, pid, cwd }: Registration) {
  return create(StMgrSchema, {
    id: `stmgr-${container}`,
    hostName: host,
    dataPort: port,
    localEndpoint: "/unused",
    cwd,
    pid,
    shellPort,
  });
}

function instancesOf({ id, instancePlans }: PackingPlan["containerPlans"][number]): Instance[] {
  return instancePlans.map(({ componentName, taskId, componentIndex }) =>
    create(InstanceSchema, {
      instanceId: `container_${id}_${componentName}_${taskId}`,
      stmgrId: `stmgr-${id}`,
      info: create(InstanceInfoSchema, { taskId, componentIndex, componentName }),
    }),
  );
}
