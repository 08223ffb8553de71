import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { text } from "node:stream/consumers";
import { fetched } from "./fetched";
import { shortLived } from "./jvm";
import { freePort } from "./ports";
import { endingWithUs, kill } from "./server-process";

/** How long mocha may wait for a server: the first start on a machine downloads it. */
export const startTimeoutMs = 180_000;

const answerTimeoutMs = 60_000;

/** A real ZooKeeper 3.8 server on a loopback port of its own, with data of its own. */
export interface ZooKeeperServer {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** The number of the last write, as which the beginning of a session counts too. */
  lastWrite(): Promise<string>;
  /** How many sessions there are, those among them whose clients are gone and which have yet to expire. */
  sessions(): Promise<number>;
  /** Kills the process at once, as a crash would; the data stays. */
  crash(): Promise<void>;
  /** Freezes the process: connections stay, nothing answers once that is done. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** What ZooKeeper's own shell, zkCli, answers to one command: a reader that shares no code with ours. */
export function zkCli(server: ZooKeeperServer, ...command: string[]): string {
  const main = "org.apache.zookeeper.ZooKeeperMain";
  return execFileSync(java(), [...shortLived, "-cp", findClassPath(), main, "-server", server.address, ...command], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export async function startZooKeeper(): Promise<ZooKeeperServer> {
  const classPath = findClassPath();
  const folder = await mkdtemp(join(tmpdir(), "zookeeper-"));
  const port = await freePort();
  await mkdir(join(folder, "data"));
  await writeFile(join(folder, "zoo.cfg"), configuration(join(folder, "data"), port));
  let running = await launch(classPath, folder, port);
  return {
    address: `127.0.0.1:${port}`,
    lastWrite: async () => /^Zxid: (\S+)$/m.exec(await answer(port, "srvr"))?.[1] ?? "unknown",
    sessions: async () => Number(/^zk_global_sessions\t(\d+)$/m.exec(await answer(port, "mntr"))?.[1]),
    crash: () => kill(running),
    freeze: async () => {
      running.kill("SIGSTOP");
      while (!isStopped(running.pid)) await setTimeout(5);
    },
    thaw: () => void running.kill("SIGCONT"),
    start: async () => {
      running = await launch(classPath, folder, port);
    },
    stop: async () => {
      await kill(running);
      await rm(folder, { recursive: true });
    },
  };
}

/** The threads of a process stop one after the other; a system that does not tell has to be believed. */
function isStopped(pid = 0): boolean {
  const folder = `/proc/${pid}/task`;
  if (!existsSync(folder)) return true;
  return readdirSync(folder).every((thread) => readFileSync(join(folder, thread, "stat"), "utf8").includes(" T "));
}

const findClassPath = () => fetched("servers", "zookeeper.mjs");

function java(): string {
  return process.env.JAVA_HOME === undefined ? "java" : join(process.env.JAVA_HOME, "bin", "java");
}

function configuration(dataDir: string, port: number): string {
  // A short tick lets sessions expire within a test's patience (the least session timeout is two ticks).
  return [
    `dataDir=${dataDir}`,
    `clientPort=${port}`,
    "clientPortAddress=127.0.0.1",
    "tickTime=500",
    "maxSessionTimeout=40000",
    "admin.enableServer=false",
    "4lw.commands.whitelist=srvr,mntr",
  ].join("\n");
}

async function launch(classPath: string, folder: string, port: number): Promise<ChildProcess> {
  const main = "org.apache.zookeeper.server.ZooKeeperServerMain";
  const server = spawn(java(), [...shortLived, "-Xmx128m", "-cp", classPath, main, join(folder, "zoo.cfg")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  endingWithUs(server);
  const errors = text(server.stderr);
  const started = await Promise.race([untilItAnswers(port), once(server, "exit")]);
  if (started !== true) throw new Error(`ZooKeeper ended at once: ${await errors}`);
  return server;
}

async function untilItAnswers(port: number): Promise<true> {
  const giveUpAt = Date.now() + answerTimeoutMs;
  while (!(await answer(port, "srvr")).includes("Zookeeper version: 3.8")) {
    if (Date.now() > giveUpAt) throw new Error(`ZooKeeper does not answer on port ${port}`);
    await setTimeout(100);
  }
  return true;
}

async function answer(port: number, command: "srvr" | "mntr"): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  // While it starts, ZooKeeper answers that it is not serving and leaves the connection open.
  socket.setTimeout(500, () => socket.destroy());
  try {
    await once(socket, "connect");
    socket.write(command);
    return await text(socket);
  } catch {
    // Not yet: the caller asks again, and gives up in time.
    return "";
  } finally {
    socket.destroy();
  }
}
