import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { hasCode } from "../../components/system-error";

/** The Pulumi program, its dynamic provider, the engine itself, and the (stand-in) plugin for AWS. */
export type ProcessKind = "program" | "provider" | "engine" | "plugin";

/** Peak resident memory in MiB by what a process is, as far as the system tells (`/proc`). */
export type PeakMemory = ReadonlyMap<ProcessKind, number>;

/** Watches `pulumi` and the processes that it starts in `directory` until `stop`, which tells their peaks. */
export function watchMemory(directory: string): { stop(): PeakMemory } {
  const peaks = new Map<ProcessKind, number>();
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

function processesIn(directory: string): { kind: ProcessKind; mebibytes: number }[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        if (!readlinkSync(`/proc/${pid}/cwd`).startsWith(directory)) return [];
        const kind = kindOf(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
        const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
        return kind === undefined || peak === undefined ? [] : [{ kind, mebibytes: Number(peak) / 1024 }];
      } catch (error) {
        // Gone since it was listed, or not ours to see.
        if (hasCode(error, "ENOENT", "ESRCH", "EACCES")) return [];
        throw error;
      }
    });
}

/** @param command parts of the command line, each ended by a NUL */
function kindOf(command: string): ProcessKind | undefined {
  if (command.includes("dynamic-provider")) return "provider";
  if (command.includes("pulumi-resource-aws")) return "plugin";
  if (/cmd.run/.test(command)) return "program";
  return basename(command.split("\0", 1)[0] ?? "") === "pulumi" ? "engine" : undefined;
}
