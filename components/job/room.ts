import type { Offer } from "../aurora/offers";
import type { Resources } from "../aurora/role";
import { excess, isNone, minus } from "../quota/amounts";

/** Containers of one topology that are to be placed. */
export interface Placement {
  readonly count: number;
  readonly each: Resources;
}

/**
 * Pure: how many of the last placement's containers find no room once those of the others have theirs, the largest first,
 * each on the first host that it fits on. Constraints are not looked at.
 */
export function unplaced(offers: readonly Offer[], placements: readonly Placement[]): number {
  const free = offers.map((offer) => offer.free);
  const last = placements.at(-1);
  let left = 0;
  for (const placement of [...placements].sort((a, b) => size(b.each) - size(a.each))) {
    for (let container = 0; container < placement.count; container++) {
      const host = free.findIndex((room) => isNone(excess(placement.each, room)));
      const room = free[host];
      if (room !== undefined) free[host] = minus(room, placement.each);
      else if (placement === last) left++;
    }
  }
  return left;
}

/** Whichever of cores and memory is scarcer decides; a core has some 4 GiB by custom. */
function size({ numCpus, ramMb }: Resources): number {
  return Math.max(numCpus, ramMb / 4096);
}
