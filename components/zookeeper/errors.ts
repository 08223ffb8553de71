import { Exception } from "node-zookeeper-client";
import { changedCredentials, UserError } from "../errors";
import { SessionLostError } from "./session-lost";

/** The node (for a write: its parent) does not exist. */
export class NoNodeError extends Error {}

/** A node that was to be created exists already. */
export class NodeExistsError extends Error {}

/** A node that was to be deleted has children. */
export class NotEmptyError extends Error {}

/**
 * What the client's `error` means for whoever asked to do `what` (`write /heron/topologies/wc`) at `hosts`.
 */
export function translateError(error: Error | Exception, what: string, hosts: string): Error {
  if (!(error instanceof Exception)) return error;
  switch (error.getCode()) {
    case Exception.CONNECTION_LOSS:
    case Exception.OPERATION_TIMEOUT:
      return lost(what, hosts, "the connection broke");
    case Exception.SESSION_EXPIRED:
      return lost(what, hosts, "the session expired");
    case Exception.NO_NODE:
      return new NoNodeError(`ZooKeeper at ${hosts} could not ${what}: there is no such node, or no parent.`);
    case Exception.NODE_EXISTS:
      return new NodeExistsError(`ZooKeeper at ${hosts} could not ${what}: the node exists already.`);
    case Exception.NOT_EMPTY:
      return new NotEmptyError(`ZooKeeper at ${hosts} could not ${what}: the node has children.`);
    case Exception.NO_AUTH:
    case Exception.INVALID_ACL:
      return new UserError(
        `ZooKeeper at ${hosts} does not allow us to ${what} (${error.getName()}): its ACL is for other credentials. ` +
          `Check the ZooKeeper user and password that this deployment uses, or the ACL (zkCli.sh: getAcl). ${changedCredentials}`,
      );
    case Exception.AUTH_FAILED:
      return lost(what, hosts, schemeRefused);
    default:
      return new Error(`ZooKeeper at ${hosts} could not ${what}: ${error.getName()} (${error.getCode()}).`);
  }
}

export const schemeRefused = "the servers do not accept the authentication scheme";

/** A {@link SessionLostError} in words: what was under way and why it ended. */
export function lost(what: string, hosts: string, why: string): SessionLostError {
  return new SessionLostError(
    `ZooKeeper at ${hosts}: ${why} while trying to ${what}. Check that the servers are up and have a quorum, ` +
      `then run again: what was done is kept and the rest is done then.`,
  );
}
