import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Leader } from "./process-tree";

/** One run of one process, as it is written down. Times in milliseconds since 1970. */
export interface RunRecord {
  readonly process: string;
  /** 0 for the first run. */
  readonly run: number;
  readonly startedAt: number;
  /** Absent while the process is being started. */
  readonly leader?: Leader;
  readonly endedAt?: number;
  /** Absent when the process was lost: ended by a signal, or gone without a trace. */
  readonly exitCode?: number;
}

/** How a run ended by itself: its exit code, or {@link bySignal}. */
export type RunEnd = number | typeof bySignal;

/** What is noted of a run in place of an exit code when a signal ended it. */
export const bySignal = "signal";

export type Stream = "stdout" | "stderr";

/** What {@link TaskFolder.output} returns at most of a file: its end. */
const outputLimit = 1024 * 1024;
/** File systems allow 255; a task id ends with what makes it unique. */
const longestName = 200;

/** Where one task lives on disk: the folder its processes run in, their output, and the record of their runs. */
export class TaskFolder {
  /** The processes' working directory and HOME. */
  readonly sandbox: string;
  private readonly checkpoint: string;

  constructor(dataDir: string, taskId: string) {
    const name = taskId.slice(-longestName);
    this.sandbox = join(dataDir, "tasks", name);
    this.checkpoint = join(dataDir, "checkpoints", name);
  }

  create(): void {
    mkdirSync(this.sandbox, { recursive: true });
    mkdirSync(this.checkpoint, { recursive: true });
    this.writeRuns([]);
  }

  /** Removes what the task left. */
  remove(): void {
    rmSync(this.sandbox, { recursive: true, force: true });
    rmSync(this.checkpoint, { recursive: true, force: true });
  }

  /** Makes the task one whose processes are gone, whatever became of them. */
  forgetRuns(): void {
    rmSync(this.checkpoint, { recursive: true, force: true });
  }

  logFolder(process: string, run: number): string {
    return join(this.sandbox, ".logs", fileName(process), String(run));
  }

  /** Where the shell that waits for a run writes how it ended. */
  exitFile(process: string, run: number): string {
    return join(this.checkpoint, `${fileName(process)}.${run}.exit`);
  }

  /** @returns undefined while the run goes on, and when its shell was ended with it */
  end(process: string, run: number): RunEnd | undefined {
    const file = this.exitFile(process, run);
    if (!existsSync(file)) return undefined;
    const text = readFileSync(file, "utf8").trim();
    return text === bySignal ? bySignal : Number(text);
  }

  /** @returns undefined when the task never got as far as that */
  readRuns(): RunRecord[] | undefined {
    const file = join(this.checkpoint, "runs.json");
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as RunRecord[]) : undefined;
  }

  writeRuns(runs: readonly RunRecord[]): void {
    const file = join(this.checkpoint, "runs.json");
    writeFileSync(`${file}.new`, JSON.stringify(runs));
    renameSync(`${file}.new`, file);
  }

  /** Processes that have run, by the names of their output's folders. */
  processes(): string[] {
    const logs = join(this.sandbox, ".logs");
    return existsSync(logs) ? readdirSync(logs).sort() : [];
  }

  /** The end of what a process's last run wrote. */
  async output(process: string, stream: Stream): Promise<string | undefined> {
    const folder = join(this.sandbox, ".logs", fileName(process));
    if (!existsSync(folder)) return undefined;
    const last = Math.max(...readdirSync(folder).map(Number));
    const path = join(folder, String(last), stream);
    if (!existsSync(path)) return undefined;
    const { size } = statSync(path);
    const file = await open(path, "r");
    try {
      const length = Math.min(size, outputLimit);
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
      return buffer.toString("utf8");
    } finally {
      await file.close();
    }
  }
}

/** A process's name as one part of a path. */
function fileName(process: string): string {
  const plain = process.replace(/[/\\\0]/g, "_");
  return /^\.+$/.test(plain) ? `_${plain}` : plain;
}
