import { UserError } from "../errors";

/**
 * ZooKeeper did not answer, or ended the session, in the middle of the work: transient. A write that was under way may
 * have landed or not; the same operations run again converge.
 */
export class SessionLostError extends UserError {}
