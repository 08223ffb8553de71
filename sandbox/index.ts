import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { UserError } from "../components/errors";
import { apiOf } from "./api/dispatch";
import type { SchedulerParts } from "./api/handler";
import { parseUsers } from "./api/users";
import { systemClock } from "./clock";
import type { Clock } from "./clock";
import { LocalAgent } from "./executor/local-agent";
import { SimulatedAgent } from "./executor/simulated-agent";
import { apiBetaEndpoint } from "./http/apibeta";
import type { Leadership } from "./http/leader";
import type { LoggedRequest } from "./http/request-log";
import { RequestLog } from "./http/request-log";
import { router } from "./http/router";
import { serve } from "./http/server";
import { thriftEndpoint } from "./http/thrift-endpoint";
import type { SandboxOptions } from "./options";
import { defaultHost, instantSimulation } from "./options";
import type { Agent } from "./scheduler/assigner";
import { Assigner } from "./scheduler/assigner";
import { History } from "./scheduler/history";
import { Journal } from "./scheduler/journal";
import type { ScheduledTask } from "./scheduler/model";
import { defaultFlapping } from "./scheduler/reschedule";
import { slaveAssignedStatuses } from "./scheduler/status";
import { Store } from "./scheduler/store";
import { TaskManager } from "./scheduler/task-manager";
import { UpdateController } from "./scheduler/updates/controller";
import { defaultEnvironments } from "./scheduler/validation";

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
  const users =
    options.usersFile === undefined ? undefined : parseUsers(readUsers(options.usersFile), options.usersFile);
  const onError = options.onError ?? printError;
  const journalFile = join(dataDir, "journal.jsonl");
  const scheduler = await openScheduler(options, journalFile, onError);
  const log = new RequestLog((line) => appendFileSync(join(dataDir, "requests.log"), line));
  const api = apiOf(scheduler.parts, clusterName);
  const endpoint = router({
    clusterName,
    simulate: simulate !== false,
    leadership: leadershipOf(options.followerOf),
    thrift: thriftEndpoint({ api, ...(users && { users }), log, settled: () => scheduler.journal.settled() }),
    apiBeta: apiBetaEndpoint(api, users, log),
    ...scheduler.parts,
    output: scheduler.agent,
    log,
  });
  const server = await serve(endpoint, host, options.port ?? 0, onError);
  scheduler.start();
  const name = host === "::1" ? "[::1]" : host;
  return {
    url: `http://${name}:${server.port}/api`,
    port: server.port,
    dataDir,
    requests: () => log.all(),
    async stop({ killTasks = false } = {}) {
      await server.close();
      await scheduler.stop(killTasks);
    },
  };
}
