import { createHash } from "node:crypto";
import { ACL, Id, Permission } from "node-zookeeper-client";
import type { Auth } from "./connection";

declare module "node-zookeeper-client" {
  /** What an ACL has in place of the `perms` that the published types name. */
  interface ACL {
    readonly permission: number;
  }
}

/**
 * Who may do what with a node: `world`, everyone everything; `creator`, the session's credentials everything and
 * everyone else reading.
 */
export type Access = "world" | "creator";

/** The ACLs that give it. */
export const acls: Readonly<Record<Access, ACL[]>> = {
  world: [new ACL(Permission.ALL, new Id("world", "anyone"))],
  creator: [new ACL(Permission.ALL, new Id("auth", "")), new ACL(Permission.READ, new Id("world", "anyone"))],
};

const letters = [
  ["c", Permission.CREATE],
  ["d", Permission.DELETE],
  ["r", Permission.READ],
  ["w", Permission.WRITE],
  ["a", Permission.ADMIN],
] as const;

/**
 * An ACL as an {@link Access}, or what it is instead in words without secrets: `other: digest ada cdrwa, world anyone r`.
 *
 * @param auth the credentials whose node is a `creator`'s
 */
export function accessIn(found: readonly ACL[], auth: Auth | undefined): string {
  const entries = found.map(({ permission, id }) => `${id.scheme} ${id.id} ${permission}`).sort();
  if (same(entries, [`world anyone ${Permission.ALL}`])) return "world";
  if (auth !== undefined && same(entries, [`${identity(auth)} ${Permission.ALL}`, `world anyone ${Permission.READ}`])) {
    return "creator";
  }
  return `other: ${found.map(inWords).join(", ")}`;
}

/** As ZooKeeper's DigestAuthenticationProvider makes it of user and password. */
function identity({ scheme, auth }: Auth): string {
  const [user = ""] = auth.split(":");
  return `${scheme} ${user}:${createHash("sha1").update(auth).digest("base64")}`;
}

function inWords({ permission, id }: ACL): string {
  const [user = ""] = id.id.split(":");
  const name = id.scheme === "digest" ? user : id.id;
  return `${id.scheme} ${name} ${letters.map(([letter, bit]) => ((permission & bit) === 0 ? "" : letter)).join("")}`;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((entry, index) => entry === b[index]);
}
