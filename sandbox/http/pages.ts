import type { ScheduledTask } from "../scheduler/model";
import { jobKeyText } from "../scheduler/model";
import { activeStatuses, statusName } from "../scheduler/status";
import type { Store } from "../scheduler/store";

export interface PageOptions {
  readonly clusterName: string;
  /** Whether tasks are only simulated. */
  readonly simulate: boolean;
  readonly pendingReason: (task: ScheduledTask) => string;
  /** The names of a task's processes that have output. */
  readonly processesOf: (taskId: string) => readonly string[];
}

/** The page of all jobs. */
export function jobsPage(store: Store, options: PageOptions): string {
  const rows = store.jobKeys().map((key) => {
    const tasks = store.tasksOf(key);
    const active = tasks.filter(({ status }) => activeStatuses.has(status));
    const states = countByStatus(active.length > 0 ? active : tasks);
    return [link(`/scheduler/${jobKeyText(key)}`, jobKeyText(key)), escape(states)];
  });
  return page("Jobs", options, table(["job", "tasks"], rows));
}

/** The page of one job: its tasks, last ones first. */
export function jobPage(title: string, tasks: readonly ScheduledTask[], options: PageOptions): string {
  const rows = [...tasks].reverse().map((task) => {
    const { assignedTask, status, taskEvents } = task;
    const { taskId, instanceId } = assignedTask;
    const last = taskEvents.at(-1);
    const reason = statusName(status) === "PENDING" ? options.pendingReason(task) : "";
    const output = options
      .processesOf(taskId)
      .map((process) => {
        const base = `/tasks/${encodeURIComponent(taskId)}/${encodeURIComponent(process)}`;
        return `${escape(process)}: ${link(`${base}/stdout`, "stdout")} ${link(`${base}/stderr`, "stderr")}`;
      })
      .join("<br>");
    const ports = Object.entries(assignedTask.assignedPorts).map(([name, port]) => `${name}=${port}`);
    return [
      String(instanceId),
      escape(statusName(status)),
      escape(last ? new Date(last.timestamp).toISOString() : ""),
      escape(last?.message ?? reason),
      escape(ports.join(" ")),
      output,
      escape(taskId),
    ];
  });
  return page(title, options, table(["instance", "state", "since", "last event", "ports", "output", "task"], rows));
}

function countByStatus(tasks: readonly ScheduledTask[]): string {
  const counts = new Map<string, number>();
  for (const { status } of tasks) counts.set(statusName(status), (counts.get(statusName(status)) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} ${name}`).join(", ");
}

function page(title: string, { clusterName, simulate }: PageOptions, content: string): string {
  const note = simulate
    ? "<p><strong>This sandbox only simulates: tasks step through their states, nothing is run.</strong></p>"
    : "<p>Tasks run on this machine; their CPU, memory and disk are not limited.</p>";
  const heading = `${escape(title)} - ${escape(clusterName)}`;
  return (
    `<!doctype html><html><head><meta charset="utf-8"><title>${heading}</title>` +
    "<style>body{font-family:sans-serif;margin:2em}table{border-collapse:collapse}" +
    "td,th{border:1px solid #ccc;padding:.3em .6em;text-align:left;vertical-align:top}</style></head>" +
    `<body><h1>${heading}</h1><p>${link("/scheduler", "all jobs")}</p>${note}${content}</body></html>\n`
  );
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((each) => `<th>${escape(each)}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("\n");
  return `<table><tr>${head}</tr>\n${body}</table>`;
}

function link(href: string, text: string): string {
  return `<a href="${escape(href)}">${escape(text)}</a>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
