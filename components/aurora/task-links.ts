import type { TaskConfig } from "./job-configuration";

/** Without those that the scheduler makes up for the ports `health` and `http` of a task that names none. */
export function askedLinks(taskLinks: TaskConfig["taskLinks"]): TaskConfig["taskLinks"] {
  const asked = Object.entries(taskLinks).filter(([name, link]) => link !== madeUp(name));
  return Object.fromEntries(asked);
}

function madeUp(name: string): string | undefined {
  return name === "health" || name === "http" ? `http://%host%:%port:${name}%` : undefined;
}
