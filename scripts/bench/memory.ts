import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Peak resident memory in MiB by what a process is, as far as the system tells (`/proc`). */
export type PeakMemory = ReadonlyMap<"program" | "provider", number>;

/** Watches the processes that `pulumi` starts in `directory` until `stop`, which tells their peaks. */
export function watchMemory(directory: string): { stop(): PeakMemory } {
  const peaks = new Map<"program" | "provider", number>();
  const timer = setInterval(() => {
    for (const { kind, mebibytes } of processesIn(directory)) {
      peaks.set(kind, Math.max(mebibytes, peaks.get(kind) ?? 0));
    }
  }, 200);
  return {
    stop: () => {
      clearInterval(timer);
      return peaks;
    },
  };
}

function processesIn(directory: string): { kind: "program" | "provider"; mebibytes: number }[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        if (!readlinkSync(`/proc/${pid}/cwd`).startsWith(directory)) return [];
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        const kind = command.includes("dynamic-provider")
          ? "provider"
          : /cmd.run/.test(command)
            ? "program"
            : undefined;
        const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
        return kind === undefined || peak === undefined ? [] : [{ kind, mebibytes: Number(peak) / 1024 }];
      } catch (error) {
        // Gone since it was listed, or not ours to see.
        if (["ENOENT", "ESRCH", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
        throw error;
      }
    });
}
