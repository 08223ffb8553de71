import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { PhysicalPlanSchema } from "../../../components/heron/proto/gen/physical_plan_pb";
import { TManagerLocationSchema } from "../../../components/heron/proto/gen/tmanager_pb";
import { openStateTree, type StateTree } from "../../../components/heron/state";
import { type PackingPlan, packingPlanFromProto } from "../../../components/heron/packing";
import { physicalPlan } from "../../../examples/core/src/physical-plan";
import { type Containers, play } from "../../stand-ins/heron/effects";
import { parse } from "../../stand-ins/heron/parser";
import { goldenJson, goldenPath } from "../../support/paths";

/** One command of a recording: what it called, what came of it. */
interface Recorded {
  readonly title: string;
  readonly cli: readonly string[];
  readonly rc: number;
  readonly aurora_calls: readonly { readonly argv: readonly string[]; readonly rc: number }[];
  readonly tmanager_requests: readonly { readonly path: string }[];
  readonly output: readonly string[];
  readonly state_after: Readonly<Record<string, object>>;
}

interface RecordedPlan {
  readonly containers: readonly { readonly id: number; readonly instances: readonly string[] }[];
}

/** What of the recordings is not played, and why. */
const leftOut: readonly (readonly [title: RegExp, reason: string])[] = [
  [/^HeronShell controller/, "restarts through the containers themselves: no conf dir of ours asks for it"],
  [/TManager answers 500|no TManager location/, "the stand-in is the TManager itself"],
  [/prompt refused/, "nobody is there to be asked"],
  [/^lock held/, "the stand-in takes no lock: two never run at once"],
];

const written = ["topologies", "packingplans", "executionstate", "schedulers"] as const;

describe("the stand-in for heron, against recordings of the real one", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "heron-stand-in-"));
    copyFileSync(goldenPath("heron", "G-wc2", "definition.defn"), join(folder, "golden-topologies.defn"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const file of ["kill", "restart", "update", "activate"]) {
    it(`makes the calls of ${file} that Heron made, fails where it failed, and leaves the state tree that it left`, async () => {
      const recordings = goldenJson("heron", "_lifecycle", `${file}.json`) as Recorded[];
      const played = recordings.filter(({ title }) => !leftOut.some(([pattern]) => pattern.test(title)));
      for (const recorded of played) await expectSame(recorded);
    });
  }

  it("hands a submission's unknown options on to the main, and refuses those of any other command", () => {
    const submitted = parse(["submit", "west/ada/devel", "a.jar", "Main", "L-act", "--rate", "5", "--verbose"]);
    assert.deepEqual(submitted.positionals.slice(3), ["L-act", "--rate", "5"]);
    assert.deepEqual(Object.keys(submitted.options), ["--verbose"]);
    assert.throws(() => parse(["kill", "west/ada/devel", "L-act", "--rate"]), /unrecognized arguments: --rate/);
  });

  it("is compared with all but a few recordings", () => {
    const all = ["kill", "restart", "update", "activate"].flatMap(
      (file) => goldenJson("heron", "_lifecycle", `${file}.json`) as Recorded[],
    );
    const left = all.filter(({ title }) => leftOut.some(([pattern]) => pattern.test(title)));
    assert.deepEqual([all.length, left.length], [50, 9]);
  });

  async function expectSame(recorded: Recorded): Promise<void> {
    const [, ...argv] = recorded.cli;
    const parsed = parse(argv.map((word) => word.replace(/^topo\//, `${folder}/`)));
    const [cluster = "", role = "", environment = ""] = (parsed.positionals[0] ?? "").split("/");
    const name = (parsed.command === "submit" ? parsed.positionals[3] : parsed.positionals[1]) ?? "";
    const tree = await openStateTree({ local: { root: folder } });
    await prepare(recorded, tree, name);
    const calls: string[] = [];
    const asked: string[] = [];
    const why = await play({
      parsed,
      job: { cluster, role, environment, name },
      stateRoot: folder,
      marks: {},
      aurora: playedAurora(recorded, calls),
      isService: false,
      release: { user: "golden", version: "0.20.5" },
      reached: () => Promise.resolve(),
      asked: (path) => asked.push(path),
    }).catch((error: unknown) => String(error));
    const { title } = recorded;
    assert.equal(why === undefined ? 0 : 1, recorded.rc, `${title}: ${why}`);
    assert.deepEqual(calls, recorded.aurora_calls.map(wordsOf), title);
    assert.deepEqual(
      asked,
      recorded.tmanager_requests.map(({ path }) => path.replace(/^\/|\?.*/g, "")),
      title,
    );
    const state = await tree.read(name);
    const there = { topologies: state.topology, packingplans: state.plan, ...state };
    const nodes = { ...there, executionstate: state.executionState, schedulers: state.scheduler };
    for (const node of written)
      assert.equal(nodes[node] !== undefined, `${node}/${name}` in recorded.state_after, `${title}: ${node}`);
    if (parsed.command === "restart")
      assert.equal(state.tmanager !== undefined, `tmanagers/${name}` in recorded.state_after, `${title}: TManager`);
    const plan = recorded.state_after[`packingplans/${name}`] as RecordedPlan | undefined;
    assert.deepEqual(
      state.plan && containersOf(recordedAs(packingPlanFromProto(state.plan))),
      plan && containersOf(plan),
      title,
    );
  }

  /** What the recording's own TManager did beforehand: it had registered, except where that is what is looked at. */
  async function prepare(recorded: Recorded, tree: StateTree, name: string): Promise<void> {
    const { topology, plan, executionState, tmanager, physicalPlan: known } = await tree.read(name);
    if (topology === undefined || plan === undefined) return;
    if (recorded.title === "submit") {
      await tree.erase(name);
      return;
    }
    if (recorded.title.includes("execution state missing") && executionState !== undefined) {
      rmSync(join(folder, "executionstate", name));
      return;
    }
    if (recorded.title.includes("before")) {
      rmSync(join(folder, "pplans", name));
      return;
    }
    // For an update the recording had a TManager started anew.
    const isAnew = known === undefined || recorded.cli[1] === "update";
    if (isAnew) await write(`pplans/${name}`, toBinary(PhysicalPlanSchema, physicalPlan(topology, plan, new Map())));
    const location = create(TManagerLocationSchema, {
      topologyName: name,
      topologyId: topology.id,
      host: "127.0.0.1",
      controllerPort: 1,
      serverPort: 1,
    });
    const isGoneAlready = recorded.title.startsWith("restart all --verbose");
    if (tmanager === undefined && !isGoneAlready)
      await write(`tmanagers/${name}`, toBinary(TManagerLocationSchema, location));
  }

  async function write(node: string, data: Uint8Array): Promise<void> {
    await mkdir(dirname(join(folder, node)), { recursive: true });
    writeFileSync(join(folder, node), data);
  }
});

/** An Aurora that answers as the recorded one, and notes each call as {@link wordsOf} tells it. */
function playedAurora({ aurora_calls, output }: Recorded, calls: string[]): Containers {
  const note = (words: string): Promise<void> => {
    const recorded = aurora_calls[calls.length];
    calls.push(words);
    return recorded?.rc === 1 ? Promise.reject(new Error("the aurora command failed")) : Promise.resolve();
  };
  return {
    tasks: () => Promise.resolve([]),
    createJob: () => note("create"),
    killTasks: async (_, instances) => {
      await note(instances === "all" ? "killall" : `kill ${[...instances].sort((a, b) => a - b).join(",")}`);
      return "killing";
    },
    restartInstances: (_, instances) => note(["restart", ...instances].join(" ")),
    addInstances: async (_, count) => {
      await note(`add ${count}`);
      const said = /Querying instance statuses: \[([\d, ]*)\]/.exec(output.join("\n"))?.[1] ?? "";
      return said.split(",").filter(Boolean).map(Number);
    },
  };
}

/** `aurora job kill cluster/role/env/name/3,4 …` as `kill 3,4`. */
function wordsOf({ argv }: { readonly argv: readonly string[] }): string {
  const [, , command = "", ...rest] = argv;
  if (command === "create" || command === "killall") return command;
  const key = rest.find((word) => /^[^-]\S*\/\S*\/\S*\//.test(word)) ?? "";
  if (command === "add") return `add ${rest[rest.indexOf(key) + 1]}`;
  return [command, ...key.split("/").slice(4)].join(" ");
}

/** Which instances are in which container, `component:task:index`. */
function containersOf({ containers }: RecordedPlan): unknown {
  return containers.map(({ id, instances }) => [id, instances.map((each) => each.replace(/ .*/, "")).sort()]).sort();
}

function recordedAs(plan: PackingPlan): RecordedPlan {
  return {
    containers: plan.containers.map(({ id, instances }) => ({
      id,
      instances: instances.map((each) => `${each.component}:${each.taskId}:${each.componentIndex}`),
    })),
  };
}
