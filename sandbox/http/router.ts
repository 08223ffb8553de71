import type { Machine } from "../executor/machine";
import type { Assigner } from "../scheduler/assigner";
import { amountsOf } from "../scheduler/quota";
import type { Store } from "../scheduler/store";
import { defaultTier, tiers } from "../scheduler/tiers";
import type { Leadership } from "./leader";
import { leaderHealth, onlyOnLeader } from "./leader";
import { logData } from "./observer";
import { offersPage } from "./offers";
import { jobPage, jobsPage } from "./pages";
import type { Endpoint, HttpReply, HttpRequest } from "./reply";
import { empty, html, json, plainText } from "./reply";
import type { RequestLog } from "./request-log";

export interface RouterOptions {
  readonly clusterName: string;
  readonly simulate: boolean;
  readonly leadership: Leadership;
  readonly thrift: Endpoint;
  readonly apiBeta: Endpoint;
  readonly store: Store;
  readonly assigner: Assigner;
  readonly machine: Machine;
  readonly log: RequestLog;
}

/** All of the scheduler's paths: Aurora's own that clients use, and the sandbox's pages. */
export function router(options: RouterOptions): Endpoint {
  const onLeader = onlyOnLeader(options.leadership, (request) => {
    if (request.path === "/api") return options.thrift(request);
    if (/^\/apibeta(\/|$)/.test(request.path)) return options.apiBeta(request);
    return request.method === "GET" ? page(options, request) : empty(404);
  });
  return (request) => {
    if (request.path === "/health") return plainText(200, "OK\n");
    if (request.path === "/leaderhealth") return leaderHealth(options.leadership);
    return onLeader(request);
  };
}

function page(options: RouterOptions, { path, url }: HttpRequest): HttpReply | Promise<HttpReply> {
  const { store, machine, log } = options;
  const view = {
    ...options,
    pendingReason: (task: Parameters<typeof jobPage>[1][number]) =>
      options.assigner.pendingReason(task.assignedTask.task),
    processesOf: (taskId: string) => machine.processesOf(taskId),
  };
  const [, first, ...rest] = path.replace(/\/$/, "").split("/");
  if (first === undefined || (first === "scheduler" && rest.length === 0)) return html(jobsPage(store, view));
  if (first === "scheduler") return jobReply(options, rest, view);
  if (first === "tasks") return outputReply(machine, rest);
  if (first === "logdata") return logData(machine, rest, url);
  if (path === "/tiers") return json({ default: defaultTier, tiers });
  if (path === "/offers") return json(offersPage(options.assigner.offers()));
  if (path === "/quotas") return json(quotas(store));
  if (path === "/requestlog") return json(log.all());
  return empty(404);
}

function jobReply({ store }: RouterOptions, parts: readonly string[], view: Parameters<typeof jobPage>[2]): HttpReply {
  const [role, environment, name, ...more] = parts;
  if (role === undefined || environment === undefined || name === undefined || more.length > 0) return empty(404);
  const tasks = store.tasksOf({ role, environment, name });
  return tasks.length > 0 ? html(jobPage(parts.join("/"), tasks, view)) : empty(404);
}

async function outputReply(
  machine: Machine,
  [taskId, process, stream, ...more]: readonly string[],
): Promise<HttpReply> {
  if (taskId === undefined || process === undefined || more.length > 0) return empty(404);
  if (stream !== "stdout" && stream !== "stderr") return empty(404);
  const text = await machine.output(taskId, process, stream);
  return text === undefined ? empty(404) : plainText(200, text);
}

function quotas(store: Store): object {
  return Object.fromEntries(
    [...store.allQuotas()].map(([role, { resources }]) => {
      const { cpus, ramMb, diskMb } = amountsOf(resources);
      return [role, { cpu_cores: cpus, ram_mb: ramMb, disk_mb: diskMb }];
    }),
  );
}
