import { isEffectivelyOnce, topologyConfig } from "../components/heron/definition";
import { isCorePinned } from "./core-package";
import { everyProductionTopology, everySubmission } from "./production";
import { at, type Rule } from "./resource";
import { noSecrets } from "./secrets";

const containerSizes = ["topology.container.cpu", "topology.container.ram", "topology.container.disk"];
const checkpointInterval = "topology.stateful.checkpoint.interval.seconds";

/** What a topology in production has to meet. */
export const heronRules: readonly Rule[] = [
  everyProductionTopology(
    {
      name: "heron-two-containers",
      description: "A production topology outlives the loss of one container's host: it has two beside container 0.",
      level: "mandatory",
    },
    ({ job }) =>
      Number(at(job, "instances")) >= 3
        ? []
        : ["has fewer than two containers beside container 0; raise topology.stmgrs or its parallelism"],
  ),
  everyProductionTopology(
    {
      name: "heron-core-digest",
      description:
        "What runs in production is told by its content: the core package's address carries its SHA-256, or agents check it.",
      level: "mandatory",
    },
    ({ job, payload }) =>
      isCorePinned(job, payload)
        ? []
        : [
            "fetches a core package of which neither address nor command says the SHA-256; let the artifact store host it " +
              "(core.host), or the command check it",
          ],
  ),
  everyProductionTopology(
    {
      name: "heron-health-gates",
      description: "A rolling update of a production topology watches each batch and goes back when it fails.",
      level: "mandatory",
    },
    ({ job }) =>
      at(job, "update", "watchSeconds") !== 0 && at(job, "update", "rollbackOnFailure") !== false
        ? []
        : ["is rolled without a gate; leave update.rollbackOnFailure on and update.watchSeconds above 0"],
  ),
  everySubmission(
    {
      name: "heron-named-resources",
      description: "What a production container takes is decided, not left to the packing's defaults.",
      level: "mandatory",
    },
    (definition) => {
      const unnamed = containerSizes.filter((key) => !topologyConfig(definition).has(key));
      return unnamed.length === 0
        ? []
        : [`leaves ${unnamed.join(", ")} to defaults; name them in the document's config`];
    },
  ),
  everySubmission(
    {
      name: "heron-checkpoint-interval",
      description: "How much an effectively-once topology does again after a failure is decided.",
      level: "mandatory",
    },
    (definition) =>
      !isEffectivelyOnce(definition) || Number(topologyConfig(definition).get(checkpointInterval)) > 0
        ? []
        : [
            `is effectively-once without an interval of checkpoints; set ${checkpointInterval} in the document's config`,
          ],
  ),
  noSecrets,
];
