import type { HostResources, Offer } from "../aurora/offers";
import { describe, excess, isNone, minus, plus } from "../quota/amounts";

/** Containers of one topology that are to be placed. */
export interface Placement {
  readonly count: number;
  readonly each: HostResources;
  /** Where they may run, if only on hosts that are dedicated so. */
  readonly dedicated?: string;
}

/** What Aurora's executor takes beside each container, unless the scheduler is told otherwise (`-thermos_executor_cpu`, `-thermos_executor_ram`). */
export const executorOverhead: HostResources = { numCpus: 0.25, ramMb: 128, diskMb: 0, numGpus: 0 };

/** Whether a host takes such containers at all. */
export function isOpenTo({ dedicated }: Offer, placement: Pick<Placement, "dedicated">): boolean {
  const asked = placement.dedicated;
  return asked === undefined ? dedicated.length === 0 : dedicated.includes(asked);
}

/**
 * Pure: how many of the last placement's containers find no room once those of the others have theirs, those with GPUs
 * before the others and the larger before the smaller, each on the first host that it fits on, with its executor. Of
 * constraints, dedicated hosts alone are looked at.
 */
export function unplaced(offers: readonly Offer[], placements: readonly Placement[]): number {
  const free = offers.map((offer) => offer.free);
  const hostOf = (placement: Placement, need: HostResources) =>
    offers.findIndex((offer, host) => isOpenTo(offer, placement) && fits(need, free[host] ?? offer.free));
  const last = placements.at(-1);
  let pending = 0;
  for (const placement of [...placements].sort(firstToPlace)) {
    const need = withExecutor(placement.each);
    for (let container = 0; container < placement.count; container++) {
      const host = hostOf(placement, need);
      const room = free[host];
      if (room !== undefined) free[host] = remaining(room, need);
      else if (placement === last) pending++;
    }
  }
  return pending;
}

/** `3 cores, 4 GiB ram, 14 GiB disk`, and `, 2 GPUs` where GPUs are asked for, be it none. */
export function describeResources(resources: HostResources, withGpus: boolean): string {
  const { numGpus } = resources;
  return withGpus ? `${describe(resources)}, ${numGpus} ${numGpus === 1 ? "GPU" : "GPUs"}` : describe(resources);
}

function firstToPlace({ each: a }: Placement, { each: b }: Placement): number {
  return b.numGpus - a.numGpus || size(b) - size(a);
}

function fits(each: HostResources, room: HostResources): boolean {
  return isNone(excess(each, room)) && each.numGpus <= room.numGpus;
}

function withExecutor(each: HostResources): HostResources {
  return { ...plus(each, executorOverhead), numGpus: each.numGpus };
}

function remaining(room: HostResources, taken: HostResources): HostResources {
  return { ...minus(room, taken), numGpus: room.numGpus - taken.numGpus };
}

/** Whichever of cores and memory is scarcer decides; a core has some 4 GiB by custom. */
function size({ numCpus, ramMb }: HostResources): number {
  return Math.max(numCpus, ramMb / 4096);
}
