export { type HeronCall, submissionHash } from "./call";
export { describeCliChange } from "./describe";
export { convergeByCli, killByCli } from "./submitter";
export { observedHashes } from "./observe";
