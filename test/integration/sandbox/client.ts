import type { Sandbox } from "../../../sandbox";

/** A task as `/apibeta` shows it. */
export interface Task {
  readonly assignedTask: {
    readonly taskId: string;
    readonly instanceId: number;
    readonly slaveHost?: string;
    readonly assignedPorts: Readonly<Record<string, number>>;
    readonly task: { readonly resources: readonly object[] };
  };
  readonly status: string;
  readonly failureCount: number;
  readonly ancestorId?: string;
  readonly taskEvents: readonly { readonly status: string; readonly message?: string }[];
}

export interface Response {
  readonly responseCode: string;
  readonly details: readonly { readonly message?: string }[];
  readonly result?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const jobKey = { role: "ada", environment: "devel", name: "job" };

/** A process for {@link jobOf}, with Thermos's field names. */
export interface ProcessSpec {
  readonly name: string;
  readonly cmdline: string;
  readonly [option: string]: unknown;
}

/** A job description for `createJob`. `data` goes into the executor's data beside the task. */
export function jobOf(
  processes: readonly ProcessSpec[],
  { task = {}, data = {}, config = {}, ports = [], instances = 1 }: JobOptions = {},
) {
  const resources = [{ numCpus: 0.5 }, { ramMb: 64 }, { diskMb: 64 }, ...ports.map((namedPort) => ({ namedPort }))];
  return {
    key: jobKey,
    owner: { user: "ada" },
    cronCollisionPolicy: "KILL_EXISTING",
    taskConfig: {
      job: jobKey,
      owner: { user: "ada" },
      isService: false,
      priority: 0,
      maxTaskFailures: 1,
      resources,
      executorConfig: {
        name: "AuroraExecutor",
        data: JSON.stringify({ role: "ada", task: { processes, finalization_wait: 3, ...task }, ...data }),
      },
      ...config,
    },
    instanceCount: instances,
  };
}

export interface JobOptions {
  readonly task?: object;
  readonly data?: object;
  readonly config?: object;
  readonly ports?: readonly string[];
  readonly instances?: number;
}

/** Calls the sandbox's API with plain JSON. */
export class Client {
  private readonly base: string;

  constructor({ url }: Pick<Sandbox, "url">) {
    this.base = url.replace(/api$/, "apibeta");
  }

  async call(method: string, args: object = {}): Promise<Response> {
    const response = await fetch(`${this.base}/${method}`, { method: "POST", body: JSON.stringify(args) });
    if (!response.ok) throw new Error(`${method}: HTTP ${response.status}`);
    return (await response.json()) as Response;
  }

  async create(description: object): Promise<void> {
    const { responseCode, details } = await this.call("createJob", { description });
    if (responseCode !== "OK") throw new Error(`createJob: ${responseCode} ${JSON.stringify(details)}`);
  }

  async tasks(query: object = {}): Promise<Task[]> {
    const { result } = await this.call("getTasksStatus", { query: { role: "ada", ...query } });
    const tasks = result?.scheduleStatusResult?.tasks as Task[];
    return [...tasks].sort((a, b) => a.assignedTask.instanceId - b.assignedTask.instanceId);
  }

  /** Waits until the tasks are as wanted. @throws Error that shows what they were instead */
  async until(wanted: (tasks: readonly Task[]) => boolean, timeoutMs = 15_000): Promise<Task[]> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const tasks = await this.tasks();
      if (wanted(tasks)) return tasks;
      if (Date.now() > deadline) throw new Error(`The tasks did not become as wanted: ${JSON.stringify(tasks)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Waits until the only task is in a state. */
  async untilStatus(status: string): Promise<Task> {
    const [task] = await this.until((tasks) => tasks.length === 1 && tasks[0]?.status === status);
    if (!task) throw new Error("There is no task.");
    return task;
  }
}
