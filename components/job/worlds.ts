import { createRequire } from "node:module";
import type { AuroraClient } from "../aurora/client";
import { parseJobKey } from "../aurora/job-key";
import { canonicalJson } from "../canonical-json";
import { configuredCredentials, type ConfigureRequest, type Credentials } from "../config/credentials";
import { UserError } from "../errors";
import type * as reaching from "./connections";
import type { Connections } from "./connections";
import type * as local from "./local-scheduler";
import type { AuroraJobInputs } from "./inputs";
import { engineProgress, engineWarning } from "./progress";
import type { World } from "./target";
import { jobUrn } from "./urn";
import { notingWrites, type Writes } from "./writes";

const load = createRequire(__filename);

let connect: () => Connections = connecting(new Map());

/** State trees that topologies had before and that did not open just now, with why and when (ms since 1970). */
const unopened = new Map<string, { readonly error: UserError; readonly at: number }>();

/** How long one is taken for gone: a gone ensemble takes 10 s to be known as such, and several steps of a move ask for it. */
const goneForMs = 60_000;

/** Credentials come from the stack's configuration, so they are in no resource's state and rotate without a diff. */
export function connectWith(request: ConfigureRequest): void {
  reachBy(connecting(configuredCredentials(request)));
}

/** A run that finds nothing to do connects to nothing: what speaks to schedulers and state trees is loaded with the first use. */
function connecting(credentials: Credentials): () => Connections {
  let made: Connections | undefined;
  return () => (made ??= (load("./connections") as typeof reaching).connections(credentials));
}

/** Reaches schedulers and state trees by `other` from now on, until the next {@link connectWith}: for tests of what a bad network does. */
export function connectThrough(other: Connections): void {
  reachBy(() => other);
}

function reachBy(connections: () => Connections): void {
  unopened.clear();
  connect = connections;
}

/** A world that knows whether anything in it was asked to change. */
export type NotingWorld = World & Writes;

/** Where the job of such inputs runs, to look at it: answers may be a moment old. */
export function seenWorldOf(inputs: AuroraJobInputs): Promise<World> {
  return reached(inputs, "ahead");
}

/** Where the job of such inputs runs. */
export async function worldOf(inputs: AuroraJobInputs): Promise<NotingWorld> {
  const world = await reached(inputs);
  return { ...world, ...notingWrites(world.aurora) };
}

/** The same in a state tree that the topology had before. @throws UserError where it cannot be opened */
export async function leftWorldOf(
  inputs: AuroraJobInputs,
  stateTree: AuroraJobInputs["stateTree"],
): Promise<NotingWorld> {
  const key = canonicalJson([parseJobKey(inputs.jobKey).cluster, stateTree]);
  const known = unopened.get(key);
  if (known !== undefined && Date.now() - known.at < goneForMs) throw known.error;
  try {
    return await worldOf({ ...inputs, stateTree });
  } catch (error) {
    if (error instanceof UserError) unopened.set(key, { error, at: Date.now() });
    throw error;
  }
}

async function reached(inputs: AuroraJobInputs, answer?: "ahead"): Promise<World> {
  const cluster = parseJobKey(inputs.jobKey).cluster;
  const tree = await connect().stateTree(cluster, inputs.stateTree);
  const isLocal = inputs.scheduler.local !== undefined;
  const aurora = isLocal
    ? (load("./local-scheduler") as typeof local).localScheduler(tree)
    : connect().aurora(cluster, inputs.scheduler, answer);
  const urn = jobUrn(inputs);
  return { aurora, tree, progress: engineProgress(urn), warn: engineWarning(urn) };
}

/** The scheduler of such inputs. @param unnamed it is not told the stack's user and password */
export function schedulerOf(
  { jobKey, scheduler }: Pick<AuroraJobInputs, "jobKey" | "scheduler">,
  unnamed?: "unnamed",
): AuroraClient {
  return connect().aurora(parseJobKey(jobKey).cluster, scheduler, unnamed);
}

/** The scheduler of such inputs, for a question that a preview can do without: it is not waited for long. */
export function schedulerSoon({ jobKey, scheduler }: Pick<AuroraJobInputs, "jobKey" | "scheduler">): AuroraClient {
  return connect().aurora(parseJobKey(jobKey).cluster, scheduler, "soon");
}
