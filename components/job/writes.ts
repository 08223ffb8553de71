import type { AuroraClient } from "../aurora/client";

/** Remembers whether anything was asked to change: that may have landed whatever was answered. */
export interface Writes {
  /** The same client, whose every call that changes something is noted. */
  readonly aurora: AuroraClient;
  /** Notes a write that goes elsewhere. */
  readonly touched: () => void;
  readonly wrote: () => boolean;
}

export function notingWrites(aurora: AuroraClient): Writes {
  let asked = false;
  const noted =
    <Arguments extends unknown[], Answer>(write: (...args: Arguments) => Answer) =>
    (...args: Arguments): Answer => {
      asked = true;
      return write(...args);
    };
  return {
    aurora: {
      ...aurora,
      createJob: noted(aurora.createJob.bind(aurora)),
      killTasks: noted(aurora.killTasks.bind(aurora)),
      addInstances: noted(aurora.addInstances.bind(aurora)),
      restartInstances: noted(aurora.restartInstances.bind(aurora)),
      startUpdate: noted(aurora.startUpdate.bind(aurora)),
      resumeUpdate: noted(aurora.resumeUpdate.bind(aurora)),
      abortUpdate: noted(aurora.abortUpdate.bind(aurora)),
    },
    touched: () => {
      asked = true;
    },
    wrote: () => asked,
  };
}
