import type { RestartContainersArgs, TimeoutArgs, UpdateArgs } from "../../topology-args";
import { flag, list, object, positiveNumber, required, text, wholeNumber } from "./build";

/** How changes are rolled out. */
export const update = object<UpdateArgs>(
  "The scheduler's rolling update, used by every change that restarts containers.",
  {
    batchSize: wholeNumber("Containers restarted at a time.", { minimum: 1, default: 1 }),
    watchSeconds: wholeNumber("Seconds a restarted container must stay RUNNING before it counts as done.", {
      minimum: 0,
      maximum: Math.floor((2 ** 31 - 1) / 1000),
      default: 45,
    }),
    maxPerInstanceFailures: wholeNumber("Failures of one container before it counts as failed.", {
      minimum: 0,
      default: 0,
    }),
    maxFailedInstances: wholeNumber("Failed containers that are put up with before the update as a whole fails.", {
      minimum: 0,
      default: 0,
    }),
    rollbackOnFailure: flag("Whether a failed update puts the old version back.", { default: true }),
    waitForBatchCompletion: flag("Whether a batch starts only when the one before is done with all its containers.", {
      default: false,
    }),
    pauseAfterBatch: flag(
      "Pause after each batch: `pulumi up` ends and tells so, the next one goes on with the next batch.",
      { default: false },
    ),
    slaAware: flag("Keep to `slaPolicy` while updating.", { default: false }),
    pulseSeconds: wholeNumber(
      "Seconds that the update goes on without a heartbeat of `pulumi up`; after them it holds until one comes. Left out, it needs none.",
      { minimum: 1, maximum: Math.floor((2 ** 31 - 1) / 1000), example: 60 },
    ),
    maxContainers: wholeNumber(
      "Containers that one change may restart, add or remove at most; a larger one is refused in the preview.",
      { minimum: 1, example: 20 },
    ),
  },
);

/** Containers that are restarted as they are. */
export const restartContainers = object<RestartContainersArgs>(
  "Restarts some containers as they are, `update.batchSize` at a time, whenever `trigger` changes.",
  {
    trigger: required(text("Any text; a change of it restarts them.", { example: "2024-06-01" })),
    containers: required(
      list("Numbers of the containers; 0 is the one with the TManager.", wholeNumber("A number.", { minimum: 0 }), {
        minItems: 1,
        example: [2],
      }),
    ),
  },
);

/** How long a change is waited for. */
export const timeouts = object<TimeoutArgs>(
  "How long the deployment waits before it gives up and tells the reason, in seconds. What runs by then goes on running.",
  {
    create: positiveNumber("Seconds until all containers of a new topology must be RUNNING and well.", {
      default: 600,
    }),
    update: positiveNumber("Seconds that a change may take, from its start to its last container.", { default: 3600 }),
    delete: positiveNumber("Seconds until all containers of a removed topology must be gone.", { default: 300 }),
  },
);
