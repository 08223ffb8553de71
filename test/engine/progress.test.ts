import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { instantSimulation } from "../../sandbox/options";
import { LocalEnvironment } from "../support/local-environment";

/** A line of the engine's event log that is a message about a resource. */
interface Message {
  readonly diagnosticEvent?: {
    readonly urn?: string;
    readonly message: string;
    readonly severity: string;
    readonly ephemeral?: boolean;
  };
}

describe("what a deployment waits for", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start({
      tasks: { ...instantSimulation, delays: { assigned: 0, starting: 4_000, killing: 3_000 } },
    });
  });

  after(() => environment.dispose());

  /** The messages that the engine showed in the job's own row, as long as the operation ran. */
  const shownBy = async (operation: "up" | "destroy"): Promise<readonly string[]> => {
    const log = environment.project.path(`${operation}.jsonl`);
    const command = [...environment.project.command(operation), "--event-log", log];
    const { code, output } = await environment.project.pulumi(command, { PULUMI_DEBUG_COMMANDS: "true" });
    assert.equal(code, 0, output);
    return readFileSync(log, "utf8")
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as Message).diagnosticEvent)
      .filter((event) => event?.ephemeral === true && event.severity === "info")
      .filter((event) => event?.urn?.endsWith("heron:AuroraJob::WordCount"))
      .map((event) => event?.message.trim() ?? "");
  };

  it("is said in the job's own row while its tasks come up, each state once", async () => {
    const shown = await shownBy("up");
    const starting = shown.filter((message) => message.includes("0 of 3 instances RUNNING, 3 STARTING"));
    assert.equal(starting.length, 1, shown.join("\n"));
  });

  it("is said while they end", async () => {
    const shown = await shownBy("destroy");
    assert.ok(
      shown.some((message) => message.includes("3 instances still ending, 3 KILLING")),
      shown.join("\n"),
    );
  });
});
