import type { SchedulerArgs } from "../cluster-args";
import { UserError } from "../errors";
import { SessionLostError } from "../zookeeper/session-lost";
import { AuroraError } from "./errors";

/** What is read of ZooKeeper here; `undefined` stands for a node that is not there. */
export interface ServiceSetReader {
  children(path: string): Promise<string[] | undefined>;
  get(path: string): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

/** Opens a session with one of `host:port,host:port`. */
export type OpenServiceSet = (servers: string) => Promise<ServiceSetReader>;

/** Finds where to send calls when no leader is known; what it names is trusted with the credentials. */
export interface LeaderLocator {
  /** What the configuration says, for messages. */
  readonly configured: string;
  /** Base address of a scheduler. @throws AuroraError */
  locate(): Promise<URL>;
}

const DEFAULT_SERVICE_SET = "/aurora/scheduler";
const MEMBER_PREFIX = "member_";

/** The locator that the cluster's `scheduler` asks for. @throws UserError when it asks for none, or wrongly. */
export function leaderLocator(scheduler: SchedulerArgs, openServiceSet: OpenServiceSet | undefined): LeaderLocator {
  const { url, zookeeper } = scheduler;
  if (url !== undefined && zookeeper === undefined) {
    return leaderByUrl(url);
  }
  if (url === undefined && zookeeper !== undefined) {
    if (openServiceSet === undefined) {
      throw new Error("connectAurora: a scheduler found by ZooKeeper needs the option 'openServiceSet'.");
    }
    return leaderByServiceSet(zookeeper.servers, zookeeper.path ?? DEFAULT_SERVICE_SET, openServiceSet);
  }
  throw new UserError("The cluster's scheduler must be given by exactly one of 'url' and 'zookeeper'.");
}

function leaderByUrl(text: string): LeaderLocator {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    // Before an @ there may be a password.
    const shown = text.includes("@") ? "the one given" : `'${text}'`;
    throw new UserError(
      `scheduler.url must be an http or https address like https://aurora.example:8081; ${shown} is not.`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new UserError(`scheduler.url (${url.host}) must not hold a user or password: set heron:credentials instead.`);
  }
  return { configured: url.origin, locate: () => Promise.resolve(url) };
}

function leaderByServiceSet(servers: string, path: string, open: OpenServiceSet): LeaderLocator {
  const configured = `zookeeper ${servers}${path}`;
  return {
    configured,
    locate: async () => {
      const session = await answered(open(servers), UserError, false);
      try {
        const leader = await answered(readLeader(session, path), SessionLostError, true);
        if (leader === undefined) {
          throw new AuroraError(
            `No Aurora scheduler has announced itself as leader in ${configured}. ` +
              "It may be electing one; if this lasts, check scheduler.zookeeper.path and that a scheduler runs.",
            { kind: "unavailable", transient: true },
          );
        }
        return leader;
      } finally {
        await session.close();
      }
    },
  };
}

/**
 * ZooKeeper that gives no session, or ends it, is a scheduler that is not reached.
 * @param unreached the errors that say so
 * @param transient whether asking again may help: opening has waited for long already
 */
async function answered<T>(answer: Promise<T>, unreached: typeof UserError, transient: boolean): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof unreached) || error instanceof AuroraError) throw error;
    throw new AuroraError(error.message, { kind: "unreachable", transient, cause: error });
  }
}

/**
 * The leader that a service set names: its live member of the lowest sequence number. Only the leading scheduler
 * announces itself (Aurora's CuratorSingletonService), so that more than one is a passing state.
 */
export async function readLeader(
  set: Pick<ServiceSetReader, "children" | "get">,
  path: string,
): Promise<URL | undefined> {
  const members = ((await set.children(path)) ?? []).filter((name) => name.startsWith(MEMBER_PREFIX));
  for (const member of members.sort((a, b) => sequence(a) - sequence(b))) {
    // A member can leave between the two reads.
    const data = await set.get(`${path}/${member}`);
    const address = data && parseMember(data);
    if (address !== undefined) {
      return address;
    }
  }
  return undefined;
}

function sequence(member: string): number {
  const digits = /\d+$/.exec(member)?.[0];
  return digits === undefined ? Number.MAX_SAFE_INTEGER : Number(digits);
}

/**
 * Address of a member of a service set (Aurora's ServiceInstance, Twitter commons' format): its `https` endpoint, else
 * `http`, else the service endpoint itself. `undefined` for one that is not alive or of another format.
 */
export function parseMember(data: Uint8Array): URL | undefined {
  const member = parseObject(Buffer.from(data).toString("utf8"));
  if (member?.status !== "ALIVE") {
    return undefined;
  }
  const others = asObject(member.additionalEndpoints) ?? {};
  return (
    endpointUrl("https", others.https) ??
    endpointUrl("http", others.http) ??
    endpointUrl("http", member.serviceEndpoint)
  );
}

function endpointUrl(scheme: "http" | "https", endpoint: unknown): URL | undefined {
  const { host, port } = asObject(endpoint) ?? {};
  if (typeof host !== "string" || typeof port !== "number") {
    return undefined;
  }
  const text = `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // A host like `user@other` or `a/b` would name another place than it seems to.
  return url?.pathname === "/" && url.username === "" && url.search === "" && url.hash === "" ? url : undefined;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : undefined;
}
