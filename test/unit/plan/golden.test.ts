import assert from "node:assert/strict";
import { packTopology } from "../../../components/plan/packing";
import { packingAlgorithms } from "../../../components/topology-args";
import { recordedDefinition, recordedWith, submission } from "../../support/submission";

describe("a topology that is packed for the job, from its recorded definition alone", () => {
  for (const name of recordedWith("submit.json").filter((each) => submission(each).binds !== undefined)) {
    it(`gives ${name} the containers, resources and ram map that heron gave it`, () => {
      const { plan, container, ramMap } = packTopology(recordedDefinition(name), {
        name,
        package: "topology.jar",
        ...recordedPacking(name),
      });
      const { binds = {}, topology_arguments: text = "" } = submission(name);
      assert.deepEqual(
        {
          containers: plan.containers.length,
          ...container,
          ramMap: [...ramMap].map(([component, ram]) => `${component}:${ram}`).join(","),
        },
        {
          // The topology manager's is in no plan.
          containers: Number(binds.NUM_CONTAINERS) - 1,
          cpu: Number(binds.CPUS_PER_CONTAINER),
          ram: Number(binds.RAM_PER_CONTAINER),
          disk: Number(binds.DISK_PER_CONTAINER),
          ramMap: /--component-ram-map=(\S*)/.exec(text)?.[1],
        },
      );
    });
  }
});

/** The algorithm that the recorded command names; none for Heron's default. */
function recordedPacking(name: string): { readonly packing?: (typeof packingAlgorithms)[number] } {
  const set = "heron.class.packing.algorithm=";
  const className = submission(name).cli.find((argument) => argument.startsWith(set));
  if (className === undefined) return {};
  const packing = packingAlgorithms.find((each) => className.endsWith(`.${each}`));
  return packing === undefined ? assert.fail(`${name}: ${className}`) : { packing };
}
