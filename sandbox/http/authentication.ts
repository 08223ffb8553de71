import { timingSafeEqual } from "node:crypto";
import type { Access } from "../api/access";
import { accessOf, openAccess } from "../api/access";
import type { Users } from "../api/users";

/** Who sent a request. `signedIn` is about writes: anyone is, when there is no authentication. */
export interface Identified {
  readonly user: string;
  readonly access: Access;
  readonly signedIn: boolean;
}

/** The name in task events when there is no authentication. */
const unsecure = "UNSECURE";

/**
 * Reads HTTP basic credentials. Other kinds of Authorization count as none.
 * @param users nothing when there is no authentication
 * @returns nothing when the credentials are wrong
 */
export function identify(users: Users | undefined, authorization: string | undefined): Identified | undefined {
  if (!users) return { user: unsecure, access: openAccess, signedIn: true };
  const encoded = /^Basic\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return { user: unsecure, access: openAccess, signedIn: false };
  const [name = "", ...password] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  const user = users.get(name);
  if (!user || !equal(user.password, password.join(":"))) return undefined;
  return { user: name, access: accessOf(user), signedIn: true };
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
