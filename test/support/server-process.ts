import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** The server, which does not outlive the tests' own process. */
export function endingWithUs(server: ChildProcess): ChildProcess {
  const leave = (): void => void server.kill("SIGKILL");
  process.once("exit", leave);
  server.once("exit", () => process.off("exit", leave));
  return server;
}

/** Kills a server at once, as a crash would; nothing where it has ended. */
export async function kill(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, "exit");
  server.kill("SIGKILL");
  await gone;
}
