import type { Offer, Room } from "../aurora/offers";
import { describe, excess, isNone, minus } from "../quota/amounts";

/** Containers of one topology that are to be placed. */
export interface Placement {
  readonly count: number;
  readonly each: Room;
}

/**
 * Pure: how many of the last placement's containers find no room once those of the others have theirs, the largest first,
 * each on the first host that it fits on. Constraints are not looked at.
 */
export function unplaced(offers: readonly Offer[], placements: readonly Placement[]): number {
  const free = offers.map((offer) => offer.free);
  const last = placements.at(-1);
  let homeless = 0;
  for (const placement of [...placements].sort((a, b) => size(b.each) - size(a.each))) {
    for (let container = 0; container < placement.count; container++) {
      const host = free.findIndex((room) => fits(placement.each, room));
      const room = free[host];
      if (room !== undefined) free[host] = left(room, placement.each);
      else if (placement === last) homeless++;
    }
  }
  return homeless;
}

/** `3 cores, 4 GiB ram, 14 GiB disk, 2 GPUs` */
export function describeRoom(room: Room): string {
  const { numGpus } = room;
  return numGpus === 0 ? describe(room) : `${describe(room)}, ${numGpus} ${numGpus === 1 ? "GPU" : "GPUs"}`;
}

function fits(each: Room, room: Room): boolean {
  return isNone(excess(each, room)) && each.numGpus <= room.numGpus;
}

function left(room: Room, taken: Room): Room {
  return { ...minus(room, taken), numGpus: room.numGpus - taken.numGpus };
}

/** Whichever of cores and memory is scarcer decides; a core has some 4 GiB by custom. */
function size({ numCpus, ramMb }: Room): number {
  return Math.max(numCpus, ramMb / 4096);
}
