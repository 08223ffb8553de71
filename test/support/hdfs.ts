import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { request } from "undici";
import { quote } from "../../components/shell";
import { fetched } from "./fetched";
import { shortLived } from "./jvm";
import { freePort } from "./ports";
import { endingWithUs, kill } from "./server-process";

/** How long mocha may wait for the servers: the first start on a machine downloads them. */
export const startTimeoutMs = 300_000;

const readyTimeoutMs = 120_000;

/** A real HDFS of one NameNode and one DataNode on loopback ports, with data of its own; permissions are enforced. */
export interface HdfsServer {
  /** Base address of WebHDFS. */
  readonly url: string;
  /** `127.0.0.1:port` of the `hdfs:` URIs. */
  readonly authority: string;
  /** For the PATH of agents: `hdfs`, which runs Hadoop's own shell from the jars. */
  readonly tools: string;
  /** Makes a folder that belongs to `owner`. */
  makeFolder(path: string, owner: string): Promise<void>;
  /** One operation of WebHDFS as the superuser. */
  ask(method: "GET" | "PUT" | "DELETE", path: string, query: string): Promise<unknown>;
  /** Paths of all files and folders under `path`, sorted. */
  paths(path: string): Promise<string[]>;
  /** As a host does that fails: its memory is gone, its disk is not. */
  killNameNode(): Promise<void>;
  /** Starts it again on what its disk holds; ends when it takes writes. */
  startNameNode(): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** Tried again once: a port that was free may be taken by the time the servers listen. */
export async function startHdfs(): Promise<HdfsServer> {
  try {
    return await start();
  } catch (error) {
    console.error(error);
    return start();
  }
}

async function start(): Promise<HdfsServer> {
  const folder = mkdtempSync(join(tmpdir(), "hdfs-"));
  const [rpc, http] = [await freePort(), await freePort()];
  const classPath = `${configure(folder, rpc, http)}:${fetched("servers", "hdfs.mjs")}`;
  const names = "org.apache.hadoop.hdfs.server.namenode.NameNode";
  execFileSync("java", [...options(folder), "-cp", classPath, names, "-format", "-nonInteractive"], {
    stdio: "ignore",
  });
  const servers = [
    launch(folder, classPath, names),
    launch(folder, classPath, "org.apache.hadoop.hdfs.server.datanode.DataNode"),
  ];
  const url = `http://127.0.0.1:${http}`;
  try {
    await untilReady(url, servers, folder);
  } catch (error) {
    await Promise.all(servers.map(kill));
    throw error;
  }
  const ask = async (method: "GET" | "PUT" | "DELETE", path: string, query: string): Promise<unknown> => {
    const address = `${url}/webhdfs/v1${path}?user.name=${userInfo().username}&${query}`;
    const { statusCode, body } = await request(address, { method });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${method} ${path}?${query}: ${statusCode} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  return {
    url,
    authority: `127.0.0.1:${rpc}`,
    tools: shell(folder, classPath),
    ask,
    makeFolder: async (path, owner) => {
      await ask("PUT", path, "op=MKDIRS");
      await ask("PUT", path, `op=SETOWNER&owner=${owner}`);
    },
    paths: (path) => walk(ask, path),
    killNameNode: async () => {
      await Promise.all(servers.slice(0, 1).map(kill));
    },
    startNameNode: async () => {
      servers[0] = launch(folder, classPath, names);
      await untilReady(url, servers, folder);
      await untilWritable(url);
    },
    stop: async () => {
      await Promise.all(servers.map(kill));
      rmSync(folder, { recursive: true });
    },
  };
}

async function walk(ask: HdfsServer["ask"], path: string): Promise<string[]> {
  const { FileStatuses } = (await ask("GET", path, "op=LISTSTATUS")) as {
    FileStatuses: { FileStatus: { pathSuffix: string; type: string }[] };
  };
  const below = FileStatuses.FileStatus.map(async ({ pathSuffix, type }) => {
    const each = `${path}/${pathSuffix}`;
    return type === "DIRECTORY" ? [each, ...(await walk(ask, each))] : [each];
  });
  return (await Promise.all(below)).flat().sort();
}

/** Writes Hadoop's configuration and returns its folder, which is the first of the class path. */
function configure(folder: string, rpc: number, http: number): string {
  const conf = join(folder, "conf");
  // Roots of the servers' own web pages, which the jars lack.
  for (const pages of ["hdfs", "datanode"]) mkdirSync(join(conf, "webapps", pages), { recursive: true });
  writeFileSync(join(conf, "log4j.properties"), logging);
  writeFileSync(join(conf, "core-site.xml"), properties({ "fs.defaultFS": `hdfs://127.0.0.1:${rpc}` }));
  writeFileSync(
    join(conf, "hdfs-site.xml"),
    properties({
      "dfs.namenode.rpc-address": `127.0.0.1:${rpc}`,
      "dfs.namenode.http-address": `127.0.0.1:${http}`,
      "dfs.namenode.name.dir": join(folder, "name"),
      "dfs.datanode.data.dir": join(folder, "data"),
      "dfs.datanode.hostname": "127.0.0.1",
      "dfs.datanode.address": "127.0.0.1:0",
      "dfs.datanode.http.address": "127.0.0.1:0",
      "dfs.datanode.ipc.address": "127.0.0.1:0",
      "dfs.replication": "1",
      "dfs.namenode.delegation.token.always-use": "true",
    }),
  );
  return conf;
}

/** What the servers warn of, into their own logs. */
const logging = `log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.target=System.err
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%p %c: %m%n
`;

function properties(values: Readonly<Record<string, string>>): string {
  const entries = Object.entries(values).map(
    ([name, value]) => `<property><name>${name}</name><value>${value}</value></property>`,
  );
  return `<?xml version="1.0"?>\n<configuration>${entries.join("")}</configuration>\n`;
}

function options(folder: string): string[] {
  return [
    ...[...shortLived, "-Xmx128m", "--add-opens", "java.base/java.lang=ALL-UNNAMED"],
    ...[`-Dhadoop.log.dir=${folder}`, `-Dhadoop.home.dir=${folder}`, `-Djava.io.tmpdir=${folder}`],
  ];
}

/** A folder with `hdfs` in it, as an agent's Hadoop client: `hdfs dfs` is Hadoop's own FsShell. */
function shell(folder: string, classPath: string): string {
  const tools = join(folder, "tools");
  mkdirSync(tools);
  const java = ["java", ...options(folder), "-cp", classPath, "org.apache.hadoop.fs.FsShell"];
  const file = join(tools, "hdfs");
  writeFileSync(file, `#!/bin/sh\n[ "$1" = dfs ] || exit 64\nshift\nexec ${java.map(quote).join(" ")} "$@"\n`);
  chmodSync(file, 0o755);
  return tools;
}

function launch(folder: string, classPath: string, main: string): ChildProcess {
  const log = join(folder, `${main.split(".").at(-1) ?? main}.log`);
  const command = `exec java ${options(folder).map(quote).join(" ")} -cp ${quote(classPath)} ${main} > ${quote(log)} 2>&1`;
  return endingWithUs(spawn("sh", ["-c", command], { stdio: "ignore", cwd: folder }));
}

/** Ready when a datanode has come to the namenode. */
async function untilReady(url: string, servers: readonly ChildProcess[], folder: string): Promise<void> {
  const giveUpAt = Date.now() + readyTimeoutMs;
  while (!(await hasDataNode(url))) {
    if (Date.now() > giveUpAt || servers.some(({ exitCode }) => exitCode !== null)) {
      const logs = ["NameNode", "DataNode"].map((name) =>
        readFileSync(join(folder, `${name}.log`), "utf8").slice(-2000),
      );
      throw new Error(`HDFS did not start:\n${logs.join("\n")}`);
    }
    await setTimeout(200);
  }
}

async function hasDataNode(url: string): Promise<boolean> {
  try {
    const answer = await request(`${url}/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState`);
    return /"NumLiveDataNodes"\s*:\s*1\b/.test(await answer.body.text());
  } catch {
    // Not yet: the caller asks again, and gives up in time.
    return false;
  }
}

/** Safe mode, in which a namenode waits for its blocks to be told of, is over. */
async function untilWritable(url: string): Promise<void> {
  const giveUpAt = Date.now() + readyTimeoutMs;
  for (;;) {
    const answer = await request(`${url}/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState`);
    if (/"FSState"\s*:\s*"Operational"/.test(await answer.body.text())) return;
    if (Date.now() > giveUpAt) throw new Error("The namenode stays in safe mode.");
    await setTimeout(200);
  }
}
