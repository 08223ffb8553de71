/** Heron's own choice for Aurora. */
export const defaultPacking = "RoundRobinPacking";
