import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const intervalMs = 100;

/**
 * The peak memory (VmHWM of /proc, in bytes) of the processes whose command line names `program`, with `folder` in
 * their environment, while some work goes on; 0 where none was seen.
 */
export async function peakMemoryWhile(program: string, folder: string, work: () => Promise<unknown>): Promise<number> {
  let peak = 0;
  const look = (): void => {
    peak = Math.max(peak, ...processes().map((pid) => memoryOf(pid, program, folder)));
  };
  const timer = setInterval(look, intervalMs);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return peak;
}

function processes(): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
}

function memoryOf(pid: string, program: string, folder: string): number {
  const read = (file: string): string => readFileSync(join("/proc", pid, file), "utf8");
  try {
    if (!read("cmdline").includes(program) || !read("environ").includes(folder)) return 0;
    return Number(/VmHWM:\s*(\d+) kB/.exec(read("status"))?.[1] ?? 0) * 1024;
  } catch (error) {
    // Gone since the folder was listed, or not ours to see.
    if (["ENOENT", "EACCES", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return 0;
    throw error;
  }
}
