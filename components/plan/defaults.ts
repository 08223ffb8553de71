/** Heron's own choice for Aurora. */
export const defaultPacking = "RoundRobinPacking";

/** What Heron's configuration calls `packing`: here that says it, since two words for one thing could differ. */
export const algorithmKeys = ["heron.class.packing.algorithm", "heron.class.repacking.algorithm"] as const;
export const algorithmElsewhere = "the topology's 'packing' says it here: name the algorithm there, and take this out";
