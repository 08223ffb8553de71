import type { ConstraintArgs, PartitionPolicyArgs, SlaPolicyArgs } from "../../topology-args";
import { flag, list, object, positiveNumber, required, text, wholeNumber } from "./build";
import { nonEmpty } from "./rules";

/** On which hosts containers run. */
export const constraint = object<ConstraintArgs>(
  "A rule for the hosts that containers may run on: `values` or `limit`.",
  {
    attribute: required(text("Host attribute the rule is about.", { ...nonEmpty, example: "rack" })),
    values: list("Values of the attribute to run on, any one of them.", text("A value."), {
      minItems: 1,
      example: ["a", "b"],
    }),
    negated: flag("Run on hosts that have none of `values` instead.", { default: false }),
    limit: wholeNumber("Containers that may run at most on hosts of one value of the attribute.", {
      minimum: 1,
      example: 1,
    }),
  },
  { exactlyOneOf: ["values", "limit"], needs: { negated: ["values"] } },
);

/** What becomes of a container whose agent cannot be reached. */
export const partitionPolicy = object<PartitionPolicyArgs>(
  "What becomes of a container whose agent the scheduler cannot reach. Left out, it is started elsewhere at once.",
  {
    reschedule: flag("Whether it is started elsewhere; if not, it is waited for.", { default: true }),
    delaySeconds: wholeNumber("Seconds that it is waited for before it is started elsewhere.", {
      minimum: 0,
      default: 0,
    }),
  },
);

/** What must stay up while hosts are drained or the scheduler updates. */
export const slaPolicy = object<SlaPolicyArgs>(
  "What must stay up while hosts are drained and, with `update.slaAware`, while the scheduler updates. Needs the tier `preferred`; `percentage` and `count` also 20 containers, as Aurora ships.",
  {
    percentage: positiveNumber("Containers in a hundred that must be RUNNING.", { example: 90 }),
    count: wholeNumber("Containers that must be RUNNING.", { minimum: 1, example: 25 }),
    durationSeconds: wholeNumber("Seconds for which a container must have been RUNNING to count.", {
      minimum: 0,
      default: 1800,
    }),
    coordinatorUrl: text("Address of a service that is asked before a container is ended.", {
      ...nonEmpty,
      example: "http://coordinator.example/sla",
    }),
    statusKey: text("Key of its answer that must be true.", { ...nonEmpty, default: "drain" }),
  },
  {
    exactlyOneOf: ["percentage", "count", "coordinatorUrl"],
    needs: { statusKey: ["coordinatorUrl"] },
    example: { percentage: 90 },
  },
);
