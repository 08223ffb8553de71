import assert from "node:assert/strict";
import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { HeronReleaseStateSchema as ReleaseSchema } from "../../../../components/heron/proto/gen/execution_state_pb";
import { PhysicalPlanSchema } from "../../../../components/heron/proto/gen/physical_plan_pb";
import { TopologyState } from "../../../../components/heron/proto/gen/topology_pb";
import { encodeExecutionState } from "../../../../components/heron/state/messages";
import { ownershipIn, topologyStateIn, withoutTime } from "../../../../components/heron/state/wire";

const text = fc.string({ maxLength: 20 });
const submission = fc.record({
  topologyId: text,
  submissionUser: text,
  cluster: text,
  environment: text,
  role: text,
  release: fc.record({ user: text, version: text }),
});

const whole = encodeExecutionState("T", {
  topologyId: "T1",
  submissionTime: 1,
  submissionUser: "u",
  cluster: "c",
  environment: "e",
  role: "r",
  release: { user: "", version: "" },
});

describe("Heron's messages, read where the bytes are", () => {
  it("an execution state without its time is the one that was submitted at no time", () => {
    fc.assert(
      fc.property(submission, fc.nat(2 ** 31), (args, submissionTime) => {
        const timeless = encodeExecutionState("T", { ...args, submissionTime: 0 });
        assert.deepEqual(withoutTime(encodeExecutionState("T", { ...args, submissionTime })), timeless);
      }),
    );
  });

  it("what is no execution state stays as it is", () => {
    const cut = whole.subarray(0, -3);
    assert.deepEqual(withoutTime(cut), cut);
  });

  it("an execution state tells whose the topology is", () => {
    fc.assert(
      fc.property(submission, fc.nat(2 ** 31), (args, submissionTime) => {
        const { topologyId, cluster, environment: environ, role } = args;
        assert.deepEqual(ownershipIn(encodeExecutionState("T", { ...args, submissionTime })), {
          ...{ topologyName: "T", topologyId, cluster, environ, role },
        });
      }),
    );
  });

  it("nothing is told of whose the topology is by what is no execution state, or lacks what Heron requires", () => {
    const lacking = toBinary(ReleaseSchema, create(ReleaseSchema, { releaseUsername: "u", releaseTag: "t" }));
    for (const bytes of [
      whole.subarray(0, -3),
      whole.subarray(3),
      lacking,
      new Uint8Array(),
      Buffer.from("no message"),
    ])
      assert.equal(ownershipIn(bytes), undefined);
  });

  for (const name of ["RUNNING", "PAUSED", "KILLED"] as const) {
    it(`a physical plan tells that its topology is ${name}`, () => {
      assert.equal(topologyStateIn(planOf(TopologyState[name])), name);
    });
  }

  it("nothing is told by what is no physical plan", () => {
    assert.equal(topologyStateIn(planOf(TopologyState.RUNNING).subarray(0, 5)), undefined);
    assert.equal(topologyStateIn(new Uint8Array()), undefined);
    assert.equal(topologyStateIn(Buffer.from("no message")), undefined);
  });
});

function planOf(state: TopologyState): Uint8Array {
  return toBinary(
    PhysicalPlanSchema,
    create(PhysicalPlanSchema, {
      topology: { id: "T1", name: "T", state, spouts: [], bolts: [] },
      stmgrs: [{ id: "stmgr-1", hostName: "h", dataPort: 1, localEndpoint: "/" }],
      instances: [{ instanceId: "i", stmgrId: "stmgr-1", info: { taskId: 1, componentIndex: 0, componentName: "s" } }],
    }),
  );
}
