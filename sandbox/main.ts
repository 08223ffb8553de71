import { resolve } from "node:path";
import { UserError } from "../components/errors";
import { parseCommandLine, runCommand } from "../scripts/command-line";
import { killLeftovers } from "./executor/leftovers";
import { startSandbox } from "./index";
import type { SandboxOptions } from "./options";
import { defaultHost, instantSimulation } from "./options";
import { isAlive, readRunning } from "./running-file";

const usage = `usage: sandbox serve --data DIR [--port N] [--host 127.0.0.1] [--cluster NAME] [--users FILE]
                     [--environments REGEX] [--simulate [--simulate-delay-ms N]] [--follower-of URL]
                     [--cpus N] [--ram-mb N] [--disk-mb N] [--attribute NAME=VALUE]... [--log]
       sandbox status --data DIR
       sandbox stop --data DIR [--kill-tasks]`;

const options = {
  data: { type: "string" },
  port: { type: "string", default: "0" },
  host: { type: "string", default: "127.0.0.1" },
  cluster: { type: "string" },
  users: { type: "string" },
  environments: { type: "string" },
  simulate: { type: "boolean", default: false },
  "simulate-delay-ms": { type: "string", default: "0" },
  "follower-of": { type: "string" },
  cpus: { type: "string" },
  "ram-mb": { type: "string" },
  "disk-mb": { type: "string" },
  attribute: { type: "string", multiple: true },
  log: { type: "boolean", default: false },
  "kill-tasks": { type: "boolean", default: false },
} as const;

type Values = ReturnType<typeof parse>["values"];

async function main(): Promise<number> {
  const { values, positionals } = parse();
  const [command, ...more] = positionals;
  if (values.data === undefined || more.length > 0) throw new UserError(usage);
  const dataDir = resolve(values.data);
  if (command === "serve") await runUntilStopped(dataDir, values);
  else if (command === "status") return status(dataDir);
  else if (command === "stop") await stop(dataDir, values["kill-tasks"]);
  else throw new UserError(usage);
  return 0;
}

function parse() {
  return parseCommandLine(usage, { options, allowPositionals: true });
}

async function runUntilStopped(dataDir: string, values: Values): Promise<void> {
  const sandbox = await startSandbox(sandboxOptions(dataDir, values));
  console.log(`sandbox scheduler ${sandbox.url}`);
  if (values.simulate) console.log("It only simulates: tasks step through their states, nothing is run.");
  const { log } = values;
  if (log) console.log(`Calls are written to ${dataDir}/requests.log.`);
  const killTasks = await new Promise<boolean>((resolve) => {
    process.once("SIGTERM", () => resolve(false));
    process.once("SIGINT", () => resolve(false));
    process.once("SIGUSR2", () => resolve(true));
  });
  await sandbox.stop({ killTasks });
}

function sandboxOptions(dataDir: string, values: Values): SandboxOptions {
  const { cluster, users, environments } = values;
  const followerOf = values["follower-of"];
  const delay = number("simulate-delay-ms", values["simulate-delay-ms"]);
  return {
    dataDir,
    port: portOf(values.port),
    host: values.host,
    ...(cluster !== undefined && { clusterName: cluster }),
    ...(users !== undefined && { usersFile: users }),
    ...(environments !== undefined && { environments }),
    ...(values.simulate && {
      simulate: { ...instantSimulation, delays: { assigned: delay, starting: delay, killing: delay } },
    }),
    ...(followerOf !== undefined && { followerOf }),
    hosts: [
      {
        ...defaultHost,
        cpus: number("cpus", values.cpus, defaultHost.cpus),
        ramMb: number("ram-mb", values["ram-mb"], defaultHost.ramMb),
        diskMb: number("disk-mb", values["disk-mb"], defaultHost.diskMb),
        attributes: attributes(values.attribute ?? []),
      },
    ],
  };
}

function portOf(text: string): number {
  const port = number("port", text);
  if (Number.isInteger(port) && port < 65_536) return port;
  throw new UserError(`--port: '${text}' is not a port.`);
}

function number(name: string, text: string | undefined, otherwise = 0): number {
  const value = text === undefined ? otherwise : Number(text);
  if (text === "" || Number.isNaN(value) || value < 0) throw new UserError(`--${name}: '${text}' is not a number.`);
  return value;
}

function attributes(texts: readonly string[]): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const text of texts) {
    const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new UserError(`--attribute: '${text}' is not NAME=VALUE.`);
    (values[name] ??= []).push(value);
  }
  return values;
}

function status(dataDir: string): number {
  const running = readRunning(dataDir);
  console.log(running ? `running: process ${running.pid}, ${running.url}` : "not running");
  return running ? 0 : 3;
}

async function stop(dataDir: string, killTasks: boolean): Promise<void> {
  const running = readRunning(dataDir);
  if (running) {
    process.kill(running.pid, killTasks ? "SIGUSR2" : "SIGTERM");
    while (isAlive(running)) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const killed = killTasks ? await killLeftovers(dataDir) : 0;
  const what = killed > 0 ? `killed what ${killed} task${killed === 1 ? "" : "s"} had left` : "no task is left running";
  const tasks = killTasks ? what : "tasks go on";
  console.log(`${running ? "stopped" : "was not running"}; ${tasks}`);
}

void runCommand(main);
