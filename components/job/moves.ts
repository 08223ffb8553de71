import { packingPlanFromBytes, type PackingPlan } from "../heron/packing";
import type { JobPayload } from "./payload";

/** Pure: how many Heron instances that stay have another container in the packing plan of `after` than in that of `before`. */
export function movedInstances(before: JobPayload, after: JobPayload): number {
  const places = placesOf(before);
  return [...placesOf(after)].filter(([instance, container]) => (places.get(instance) ?? container) !== container)
    .length;
}

/** Component and task id → container. */
function placesOf({ packingPlan }: JobPayload): ReadonlyMap<string, number> {
  const plan: PackingPlan = packingPlanFromBytes(Buffer.from(packingPlan, "base64"));
  return new Map(
    plan.containers.flatMap(({ id, instances }) =>
      instances.map(({ component, taskId }): [string, number] => [`${component} ${taskId}`, id]),
    ),
  );
}
