import type { Clock } from "../clock";
import type { Assigner } from "../scheduler/assigner";
import type { Store } from "../scheduler/store";
import type { TaskManager } from "../scheduler/task-manager";
import type { UpdateController } from "../scheduler/updates/controller";
import type { ValidationSettings } from "../scheduler/validation";

/** What the API's methods work with. */
export interface SchedulerParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly manager: TaskManager;
  readonly assigner: Assigner;
  readonly updates: UpdateController;
  readonly validation: ValidationSettings;
}

/** Who calls: the name that Aurora writes into task events. */
export interface Caller {
  readonly user: string;
}

/** The good end of a call. `result` holds one member of Aurora's union `Result`, by name. */
export interface Answer {
  readonly details?: readonly string[];
  readonly result?: object;
}

/**
 * A method of the API. Each declares the arguments that it reads: by name, populated, absent when not sent; the codec
 * has checked them against the interface. @throws Refused
 */
export type Handler = (parts: SchedulerParts, args: never, caller: Caller) => Answer;
