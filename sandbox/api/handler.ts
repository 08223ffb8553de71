import type { Clock } from "../clock";
import type { Assigner } from "../scheduler/assigner";
import { nullPointer } from "../scheduler/errors";
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

/** A method of the API: arguments by name, populated. @throws Refused */
export type Handler = (parts: SchedulerParts, args: Arguments, caller: Caller) => Answer;

/** A call's arguments; those not sent are absent. */
export class Arguments {
  constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  /** The codec has checked the wire's types against the interface's; `T` is the interface's type by another name. */
  optional<T>(name: string): T | undefined {
    return this.values[name] as T | undefined;
  }

  required<T>(name: string): T {
    const value = this.optional<T>(name);
    if (value === undefined) throw nullPointer(`the argument ${name}`);
    return value;
  }
}
