/** Of one component: more than any cluster runs, and few enough to be planned in seconds. */
export const mostInstances = 100_000;
