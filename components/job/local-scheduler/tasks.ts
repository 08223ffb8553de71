import type { JobKey } from "../../aurora/job-key";
import type { TaskStatus } from "../../aurora/task-status";
import { marksIn } from "../../heron/release-marks";
import type { TopologyState } from "../../heron/state";

/** How long after its submission a topology's scheduler may take to say where it is: packages are unpacked, a JVM starts. */
const startMs = 120_000;

/**
 * Pure: whether the scheduler of a topology was started so lately that it may still be about to say where it is. While it
 * is, the topology can be neither killed nor submitted again.
 * @param now ms since 1970
 */
export function isStarting({ scheduler, executionState }: TopologyState, now: number): boolean {
  if (scheduler !== undefined || executionState === undefined) return false;
  return now - Number(executionState.submissionTime) * 1000 < startMs;
}

/**
 * Pure: the containers of a topology whose scheduler answers, as Aurora would tell of a job's tasks. The local scheduler
 * itself tells nothing of them, and starts anew what ends: all that are in the packing plan run. None for a topology of
 * the same name that belongs to another job.
 */
export function localTasks({ executionState, plan, scheduler }: TopologyState, job: JobKey): TaskStatus[] {
  const { cluster, role, environ, topologyId = job.name, releaseState } = executionState ?? {};
  const isOthers = cluster !== job.cluster || role !== job.role || environ !== job.environment;
  if (executionState !== undefined && isOthers) return [];
  const containers = [0, ...(plan?.containerPlans ?? []).map(({ id }) => id)].sort((a, b) => a - b);
  const host = scheduler?.httpEndpoint.split(":")[0];
  return containers.map((instanceId) => ({
    instanceId,
    taskId: `${topologyId}-${instanceId}`,
    status: "RUNNING",
    ...(host !== undefined && { host }),
    assignedPorts: {},
    failureCount: 0,
    events: [],
    metadata: marksIn(releaseState?.releaseVersion ?? ""),
  }));
}
