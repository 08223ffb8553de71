import { UserError } from "../errors";

export interface Server {
  readonly host: string;
  readonly port: number;
}

/** A parsed ZooKeeper host list. */
export interface Servers {
  readonly hosts: readonly Server[];
  /** Path under which every other path lies; empty when the list names none. */
  readonly chroot: string;
}

const defaultPort = 2181;

/**
 * Reads `host[:port],host[:port][/chroot]`, as ZooKeeper's own clients do (port 2181 when absent).
 *
 * @throws UserError that quotes the part that is wrong
 */
export function parseServers(list: string): Servers {
  const slash = list.indexOf("/");
  const hostList = slash < 0 ? list : list.slice(0, slash);
  const chroot = slash < 0 ? "" : list.slice(slash).replace(/\/$/, "");
  if (chroot !== "" && chroot.split("/").slice(1).some(isBadSegment)) {
    throw new UserError(`'${chroot}' in the ZooKeeper host list '${list}' is no path: expected /name/name.`);
  }
  return { hosts: hostList.split(",").map((host) => parseServer(host.trim(), list)), chroot };
}

/** `host:port,host:port`, without the chroot. */
export function formatHosts(servers: Servers): string {
  return servers.hosts.map(({ host, port }) => `${host}:${port}`).join(",");
}

function parseServer(text: string, list: string): Server {
  const [, host, portText] = /^([^:\s/]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const port = portText === undefined ? defaultPort : Number(portText);
  if (host === undefined || port < 1 || port > 65535) {
    throw new UserError(
      `'${text}' in the ZooKeeper host list '${list}' is no server: expected host:port,host:port, with an optional ` +
        `/chroot at the end (an IPv6 address needs a host name).`,
    );
  }
  return { host, port };
}

function isBadSegment(segment: string): boolean {
  return segment === "" || segment === "." || segment === "..";
}
