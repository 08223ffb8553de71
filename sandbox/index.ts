import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../components/errors";
import { hasCode } from "../components/system-error";
import { apiOf } from "./api/dispatch";
import type { Users } from "./api/users";
import { parseUsers } from "./api/users";
import { apiBetaEndpoint } from "./http/apibeta";
import type { Leadership } from "./http/leader";
import type { LoggedRequest } from "./http/request-log";
import { RequestLog } from "./http/request-log";
import { router } from "./http/router";
import { serve } from "./http/server";
import { thriftEndpoint } from "./http/thrift-endpoint";
import type { SandboxOptions } from "./options";
import { assertNotRunning, removeRunning, writeRunning } from "./running-file";
import { openScheduler } from "./scheduler/open";

export type { SandboxOptions, Simulation } from "./options";
export { ManualClock } from "./clock";
export type { LoggedRequest } from "./http/request-log";

/** A sandbox that answers calls. */
export interface Sandbox {
  /** Of its API: `http://127.0.0.1:PORT/api`. */
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  /** The calls so far, in order. */
  requests(): readonly LoggedRequest[];
  /** Stops answering. Tasks go on, unless they shall be killed; a new sandbox on the same folder takes them up. */
  stop(how?: { readonly killTasks?: boolean }): Promise<void>;
}

/** Starts a one-machine Aurora on the loopback address. @throws UserError */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { dataDir, host = "127.0.0.1", clusterName = "local", simulate = false } = options;
  if (!/^(127\.\d+\.\d+\.\d+|localhost|::1)$/.test(host)) {
    throw new UserError(`The sandbox runs commands that it is sent, so it only listens on loopback, not on '${host}'.`);
  }
  mkdirSync(dataDir, { recursive: true });
  assertNotRunning(dataDir);
  const users = readUsers(options.usersFile);
  const leadership = leadershipOf(options.followerOf);
  const onError = options.onError ?? ((error: unknown) => console.error("sandbox:", error));
  const scheduler = await openScheduler(options, onError);
  const log = new RequestLog((line) => appendFileSync(join(dataDir, "requests.log"), line));
  const api = apiOf(scheduler.parts, clusterName);
  const calls = { api, ...(users && { users }), log, settled: () => scheduler.settled() };
  const endpoint = router({
    ...scheduler.parts,
    clusterName,
    simulate: simulate !== false,
    leadership,
    thrift: thriftEndpoint(calls),
    apiBeta: apiBetaEndpoint(calls),
    machine: scheduler.machine,
    log,
  });
  const server = await serve(endpoint, host, options.port ?? 0, onError);
  const url = `http://${host === "::1" ? "[::1]" : host}:${server.port}/api`;
  writeRunning(dataDir, url);
  scheduler.start();
  return {
    url,
    port: server.port,
    dataDir,
    requests: () => log.all(),
    async stop({ killTasks = false } = {}) {
      await server.close();
      await scheduler.stop(killTasks);
      removeRunning(dataDir);
    },
  };
}

function readUsers(file: string | undefined): Users | undefined {
  if (file === undefined) return undefined;
  try {
    return parseUsers(readFileSync(file, "utf8"), file);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    throw new UserError(`The users file '${file}' is not there.`);
  }
}

function leadershipOf(followerOf: string | undefined): Leadership {
  if (followerOf === undefined) return { role: "leader" };
  if (followerOf === "none") return { role: "leaderless" };
  if (!URL.canParse(followerOf)) throw new UserError(`'${followerOf}' is not the URL of a scheduler.`);
  return { role: "follower", leader: new URL(followerOf) };
}
