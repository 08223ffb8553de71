import type { FileHandle } from "node:fs/promises";
import { open, readFile, rename } from "node:fs/promises";
import { UserError } from "../../components/errors";
import { unlessCode } from "../../components/system-error";
import type { ScheduledTask, TaskConfig } from "./model";
import type { Change } from "./store";

/** A task whose configuration stands in an earlier line, by number. */
type StoredTask = Omit<ScheduledTask, "assignedTask"> & {
  readonly assignedTask: Omit<ScheduledTask["assignedTask"], "task"> & { readonly config: number };
};

type Line =
  | { readonly kind: "config"; readonly config: number; readonly value: TaskConfig }
  | { readonly kind: "storedTask"; readonly task: StoredTask }
  | Exclude<Change, { kind: "task" }>;

/**
 * The store's changes in a file, one JSON line each, appended in batches: what changes while one batch is being written goes
 * into the next. Reading stops at a last line that was cut off. Not through to the disk: a machine that goes down takes the
 * tasks along, and others who write to its disk would wait.
 */
export class Journal {
  private pending: string[] = [];
  private writing: Promise<void> | undefined;
  private failure: unknown;
  private readonly configNumbers = new Map<TaskConfig, number>();

  private constructor(private readonly file: FileHandle) {}

  /** Reads the changes that a file holds; none when there is no file. @throws UserError when it is damaged */
  static async read(path: string): Promise<Change[]> {
    const lines = ((await readFile(path, "utf8").catch(unlessCode("ENOENT"))) ?? "").split("\n");
    lines.pop();
    const configs = new Map<number, TaskConfig>();
    return lines.flatMap((text, index) => {
      const line = parseLine(path, text, index);
      if (line.kind === "config") {
        configs.set(line.config, line.value);
        return [];
      }
      return line.kind === "storedTask" ? [loadTask(line.task, configs)] : [line];
    });
  }

  /** Starts the file anew with `contents`, in one step, and goes on appending to it. */
  static async rewrite(path: string, contents: Iterable<Change>): Promise<Journal> {
    const fresh = `${path}.new`;
    const file = await open(fresh, "w");
    const journal = new Journal(file);
    for (const change of contents) journal.append(change);
    await journal.settled();
    await rename(fresh, path);
    return journal;
  }

  append(change: Change): void {
    for (const line of this.linesOf(change)) this.pending.push(`${JSON.stringify(line)}\n`);
    this.writing ??= this.writeAll();
  }

  /** Resolves when all that was appended so far is in the file. */
  async settled(): Promise<void> {
    while (this.writing) await this.writing;
    if (this.failure !== undefined) throw new Error("The sandbox cannot write its journal.", { cause: this.failure });
  }

  async close(): Promise<void> {
    await this.settled();
    await this.file.close();
  }

  private async writeAll(): Promise<void> {
    try {
      // One turn of the event loop gathers the changes of calls that came together.
      await new Promise((resolve) => setImmediate(resolve));
      while (this.pending.length > 0) {
        const batch = this.pending.join("");
        this.pending = [];
        await this.file.appendFile(batch);
      }
    } catch (error) {
      this.failure = error;
    } finally {
      this.writing = undefined;
    }
  }

  private *linesOf(change: Change): Generator<Line> {
    if (change.kind !== "task") {
      yield change;
      return;
    }
    const { task, ...assignedTask } = change.task.assignedTask;
    let config = this.configNumbers.get(task);
    if (config === undefined) {
      config = this.configNumbers.size;
      this.configNumbers.set(task, config);
      yield { kind: "config", config, value: task };
    }
    yield { kind: "storedTask", task: { ...change.task, assignedTask: { ...assignedTask, config } } };
  }
}

function parseLine(path: string, text: string, index: number): Line {
  try {
    return JSON.parse(text) as Line;
  } catch (error) {
    throw new UserError(
      `${path}, line ${index + 1}: not a change of the sandbox's state (${String(error)}). ` +
        "Move the file away to start with an empty scheduler.",
    );
  }
}

function loadTask({ assignedTask, ...rest }: StoredTask, configs: ReadonlyMap<number, TaskConfig>): Change {
  const { config, ...assigned } = assignedTask;
  const task = configs.get(config);
  if (!task) throw new UserError(`The sandbox's journal lacks configuration ${config}.`);
  return { kind: "task", task: { ...rest, assignedTask: { ...assigned, task } } };
}
