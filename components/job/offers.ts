import { setTimeout as sleep } from "node:timers/promises";
import type { AuroraClient } from "../aurora/client";
import { glance } from "../aurora/glance";
import { parseJobKey } from "../aurora/job-key";
import type { TaskConfig } from "../aurora/job-configuration";
import type { HostResources, Offer } from "../aurora/offers";
import { describeSome, none, plus } from "../quota/amounts";
import { isThere, type OldInputs } from "./changes";
import { needOf } from "./quota-claim";
import type { AuroraJobInputs } from "./inputs";
import { knownPayload } from "./payload";
import { describeResources, executorOverhead, isOpenTo, type Placement, unplaced } from "./room";
import { wantedInstances } from "./target";
import { runningAmong } from "./trouble";

/**
 * A host that was just used is offered again only after a while: Aurora declines what is left of an offer for 5 s
 * (`-offer_filter_duration`), and Mesos allocates every second.
 */
const offeredAgainMs = 7_000;

/** What this run lets be placed and that has not begun to, by job keys: see the quota's grants. */
const granted = new Map<string, Placement>();

/** From now on what the job takes is missing from the offers. */
export function beginPlacing(jobKey: string): void {
  granted.delete(jobKey);
}

/** A run starts. */
export function forgetPlacements(): void {
  granted.clear();
}

/** Pure: whether containers are added, as far as is recorded. */
export function addsContainers(olds: OldInputs | undefined, { jobKey, instances, scaling }: AuroraJobInputs): boolean {
  if (olds === undefined || !isThere(olds) || olds.jobKey !== jobKey) return true;
  return scaling !== "outside" && instances > runningAmong(olds.instances ?? 0, olds);
}

/**
 * Why the containers that a job is to have more than now would stay pending: no host is offered with room for them. Asked
 * twice before it says so. Undefined when they have room, or when the scheduler cannot be asked.
 */
export async function placementRefusal(news: AuroraJobInputs, aurora: AuroraClient): Promise<string | undefined> {
  const { cluster } = parseJobKey(news.jobKey);
  const count = await glance(aurora, () => missing(news, aurora));
  if (count === undefined) return undefined;
  // Known to the checkout that has made the inputs, as the one that previews or deploys has.
  const payload = await knownPayload(news);
  const task = payload?.jobConfiguration.taskConfig;
  const dedicated = dedicatedTo(task);
  const each = { ...needOf({ ...news, instances: 1 }), numGpus: gpusOf(task) };
  const placement = { count, each, ...(dedicated !== undefined && { dedicated }) };
  const others = [...granted].filter(([key]) => key !== news.jobKey && parseJobKey(key).cluster === cluster);
  const placements = [...others.map(([, each]) => each), placement];
  for (const lastLook of [false, true]) {
    const offers = await glance(aurora, () => aurora.offers());
    if (offers === undefined) return undefined;
    const pending = unplaced(offers, placements);
    if (pending === 0) break;
    const open = offers.filter((offer) => isOpenTo(offer, placement));
    if (lastLook) return refusal(news.jobKey, placement, pending, open, others.length);
    await sleep(offeredAgainMs);
  }
  granted.set(news.jobKey, placement);
  return undefined;
}

async function missing(news: AuroraJobInputs, aurora: AuroraClient): Promise<number> {
  const tasks = await aurora.tasks(parseJobKey(news.jobKey), { active: true });
  const present = new Set(tasks.map(({ instanceId }) => instanceId));
  return wantedInstances(news, tasks).filter((instance) => !present.has(instance)).length;
}

function refusal(
  jobKey: string,
  { count, each, dedicated }: Placement,
  pending: number,
  offers: readonly Offer[],
  others: number,
) {
  const inWords = (resources: HostResources) => describeResources(resources, each.numGpus > 0);
  const before =
    others === 0
      ? ""
      : `, once ${others === 1 ? "another topology of this run has its room" : `${others} other topologies of this run have theirs`}`;
  return (
    `${jobKey} is to have ${count} more ${count === 1 ? "container" : "containers"} of ${inWords(each)}, and ${pending} of them would stay pending: ` +
    `no host${dedicated === undefined ? "" : ` dedicated to '${dedicated}'`} is offered with that much free, and ${describeSome(executorOverhead)} for Aurora's executor${before} (${offers.length === 1 ? "1 host has" : `${offers.length} hosts have`} ${inWords(total(offers))} together; ` +
    `largest offers: ${inWords(largest(offers))}). Nothing was submitted or changed. Make room, give the topology fewer or smaller containers, ` +
    "or take 'requireOffers' out of the stack document to submit it all the same: what is pending waits for room, or preempts others where its tier may."
  );
}

function dedicatedTo(task: TaskConfig | undefined): string | undefined {
  const asked = task?.constraints.find(({ name }) => name === "dedicated")?.constraint;
  return asked && "value" in asked ? asked.value.values[0] : undefined;
}

function gpusOf(task: TaskConfig | undefined): number {
  return task?.resources.reduce((sum, each) => sum + ("numGpus" in each ? each.numGpus : 0), 0) ?? 0;
}

function total(offers: readonly Offer[]): HostResources {
  return {
    ...offers.reduce((sum, { free }) => plus(sum, free), none),
    numGpus: offers.reduce((sum, { free }) => sum + free.numGpus, 0),
  };
}

/** The most that any host offers, each for itself. */
function largest(offers: readonly Offer[]): HostResources {
  const most = (of: keyof HostResources) => Math.max(0, ...offers.map(({ free }) => free[of]));
  return { numCpus: most("numCpus"), ramMb: most("ramMb"), diskMb: most("diskMb"), numGpus: most("numGpus") };
}
