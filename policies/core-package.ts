import type { JobPayload } from "../components/job/payload";
import { processesOf } from "./processes";
import { at } from "./resource";

/**
 * Whether a job's core package is told by its content: its address carries its SHA-256, as every one in an artifact store
 * does, or the agents that fetch it check that.
 * @param job what the engine keeps of the job
 */
export function isCorePinned(job: unknown, payload: JobPayload | undefined): boolean {
  if (/^[0-9a-f]{12}$|[0-9a-f]{64}/.test(String(at(job, "corePackage")))) return true;
  const checked = payload && checkedBy(nativeFetch(payload));
  if (payload === undefined || checked === undefined) return false;
  // Heron's own submitter takes the commands from heron.aurora, which may be the user's.
  return payload.heron?.conf["heron.aurora"]?.includes(checked) ?? true;
}

/** The hash that a fetching command compares what it got with. */
function checkedBy(command: string): string | undefined {
  return /!= ([0-9a-f]{64}) \]; then echo /.exec(command)?.[1];
}

function nativeFetch(payload: JobPayload): string {
  return processesOf(payload).find(({ name }) => name === "fetch_heron_system")?.commandLine ?? "";
}
