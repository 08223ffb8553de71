import type { TaskStatus } from "./task-status";

/** Where Thermos' observer listens on every agent unless it is told otherwise. */
const defaultObserverPort = 1338;

/** A few lines are enough to know, and an agent that does not answer must not hold up what is really to be said. */
const mostBytes = 2048;
const mostLines = 5;
const timeoutMs = 2000;

/** The task's processes, the last to run first: what was written last tells why it ended. */
const processes = [
  "launch_heron_executor",
  "discover_profiler_port",
  "fetch_user_package",
  "fetch_heron_system",
] as const;

/** What a task that ended has said last, and where the rest of it is to be read. */
export interface LastWords {
  readonly process: string;
  /** The last lines of its stderr; empty when it wrote none, or the observer does not answer. */
  readonly lines: readonly string[];
  /** The observer's page of the task's folder. */
  readonly page: string;
}

/**
 * Asks the Thermos observer of the task's agent for the end of the stderr of the last process that has written any: Aurora's
 * executor says no more than `Task failed.`. Undefined for a task that never had an agent. Never fails.
 */
export async function lastWords(task: TaskStatus, port = defaultObserverPort): Promise<LastWords | undefined> {
  if (task.host === undefined) return undefined;
  const base = `http://${task.host}:${port}`;
  const id = encodeURIComponent(task.taskId);
  const ends = await Promise.all(
    processes.map(async (process) => ({
      process,
      lines: lastLines(await endOf(`${base}/logdata/${id}/${process}/0/stderr`)),
    })),
  );
  const last = ends.find(({ lines }) => lines.length > 0) ?? { process: processes[0], lines: [] };
  return { ...last, page: `${base}/browse/${id}` };
}

/** The last words as lines of an error message, each begun on a new one; empty where there are none. */
export function wordsText(words: LastWords | undefined): string {
  if (words === undefined || words.lines.length === 0) return "";
  const lines = words.lines.map((line) => `    ${words.process}: ${line}`);
  return `\n${lines.join("\n")}\n    (more at ${words.page})`;
}

/** Asked without an offset the observer tells the file's size as one; asked with one it gives text, escaped for HTML. */
async function endOf(url: string): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const { offset: size } = await answer(url, signal);
    if (size === undefined || size === 0) return "";
    const { data } = await answer(`${url}?offset=${Math.max(size - mostBytes, 0)}&length=${mostBytes}`, signal);
    return unescaped(data ?? "");
  } catch {
    // Whatever the reason: these words only add to an error that is told without them.
    return "";
  }
}

async function answer(url: string, signal: AbortSignal): Promise<{ readonly offset?: number; readonly data?: string }> {
  // Asked of tasks that failed alone: other runs do without loading it.
  const { request } = await import("undici");
  const { statusCode, body } = await request(url, { signal });
  const content = await body.text();
  return statusCode === 200 ? (JSON.parse(content) as { offset?: number; data?: string }) : {};
}

function lastLines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "")
    .slice(-mostLines);
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", "#34": '"', quot: '"', "#39": "'" };

function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt|#34|quot|#39);/g, (whole, name: string) => entities[name] ?? whole);
}
