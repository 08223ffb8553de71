import type { Access } from "../../zookeeper/access";
import { isSubmittersOwn } from "./paths";

/** Who may do what with the root and with what only the submitter writes. */
export function submittersAccess(digest: boolean): Access {
  return digest ? "creator" : "world";
}

/** Who may do what with a directory and its nodes: those of the running topology stay open, since it holds no credentials. */
export function accessTo(directory: string, digest: boolean): Access {
  return isSubmittersOwn(directory) ? submittersAccess(digest) : "world";
}
