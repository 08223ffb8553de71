import { spawn } from "node:child_process";
import { appendFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { type AuroraClient, connectAurora } from "../../../components/aurora/client";
import type { JobKey } from "../../../components/aurora/job-key";
import { type Containers, play, type Point } from "./effects";
import { localContainers } from "./local";
import { parse } from "./parser";

/** How the stand-in is to behave. */
export interface Settings {
  readonly scheduler: string;
  readonly record: string;
  readonly version: string;
  readonly mode?: "fail" | "lie" | "hang";
  /** Where it stands still, once it has said so by a file: `<record>.stopped`. */
  readonly stopAt?: Point;
  /** Where it fails, leaving what it has done by then, as Heron does. */
  readonly failAt?: Point;
}

class Failure extends Error {}

/** One call, as it is recorded: a line of JSON. */
export interface RecordedCall {
  readonly argv: readonly string[];
  /** Names of the environment's variables. */
  readonly environment: readonly string[];
  /** Files of the conf dir. */
  readonly conf: Readonly<Record<string, string>>;
  /** Process ids: its own and, of one that hangs, its child's. */
  readonly pids: readonly number[];
}

async function main(settingsFile: string, argv: readonly string[]): Promise<number> {
  const settings = JSON.parse(readFileSync(settingsFile, "utf8")) as Settings;
  const parsed = parse(argv);
  if (parsed.command === "version") {
    console.log(`heron.build.host : builder\nheron.build.version : ${settings.version}`);
    return 0;
  }
  const [cluster = "", role = "", environment = ""] = (parsed.positionals[0] ?? "").split("/");
  const folder = join(parsed.options["--config-path"]?.[0] ?? "", cluster);
  const conf = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  const child = settings.mode === "hang" ? spawn("sh", ["-c", "trap '' TERM; sleep 600"]) : undefined;
  const call: RecordedCall = {
    argv,
    environment: Object.keys(process.env),
    conf,
    pids: [process.pid, ...(child?.pid === undefined ? [] : [child.pid])],
  };
  appendFileSync(settings.record, `${JSON.stringify(call)}\n`);
  console.error(
    `[2026-11-23 01:09:17 +0000] \u001b[32m[INFO]\u001b[0m: Using cluster definition in ${folder}\u001b[0m`,
  );
  const name = parsed.command === "submit" ? (parsed.positionals[3] ?? "") : (parsed.positionals[1] ?? "");
  const failed = (why: string): number => {
    for (const line of [why, `Failed to ${parsed.command} topology: ${name}`]) {
      console.error(`[2026-11-23 01:09:18 +0000] \u001b[31m[ERROR]\u001b[0m: ${line}\u001b[0m`);
    }
    return 1;
  };
  if (settings.mode === "hang") await forever();
  if (settings.mode === "fail") return failed("some aurora error");
  if (settings.mode !== "lie") {
    const job = { cluster, role, environment, name };
    const statemgr = load(conf["statemgr.yaml"] ?? "") as Record<string, string>;
    const template = bound(conf);
    const [unbound] = /\{\{AURORA_METADATA_\d+\}\}/.exec(template) ?? [];
    if (unbound !== undefined) return failed(`aurora: unbound ${unbound}`);
    const stateRoot = statemgr["heron.statemgr.root.path"] ?? "";
    const isService = isLocal(conf);
    const aurora = isService ? undefined : connectAurora({ cluster, scheduler: { url: settings.scheduler } });
    const marks = [...template.matchAll(/Metadata\(key = '(.*)', value = '(.*)'\)/g)];
    const why = await play({
      parsed,
      job,
      stateRoot,
      marks: Object.fromEntries(marks.map(([, key = "", value = ""]) => [key, value])),
      aurora: aurora === undefined ? localContainers(stateRoot, job) : auroraContainers(aurora),
      isService,
      release: release(parsed.options["--release-yaml-file"]?.[0]),
      reached: async (point) => {
        if (point === settings.failAt) throw new Failure("some aurora error");
        if (point !== settings.stopAt) return;
        writeFileSync(`${settings.record}.stopped`, point);
        await forever();
      },
    }).catch((error: unknown) => {
      if (error instanceof Failure) return error.message;
      throw error;
    });
    await aurora?.close();
    if (why !== undefined) return failed(why);
  }
  console.error(
    `[2026-11-23 01:09:19 +0000] \u001b[32m[INFO]\u001b[0m: Successfully ${parsed.command} topology: ${name}\u001b[0m`,
  );
  return 0;
}

/** As Heron's controller has them of the `aurora` command. */
function auroraContainers(aurora: AuroraClient): Containers {
  const idsOf = async (job: JobKey) => (await aurora.tasks(job, { active: true })).map(({ instanceId }) => instanceId);
  return {
    tasks: (...args) => aurora.tasks(...args),
    createJob: (...args) => aurora.createJob(...args),
    killTasks: (...args) => aurora.killTasks(...args),
    restartInstances: (...args) => aurora.restartInstances(...args),
    addInstances: async (job, count) => {
      const before = await idsOf(job);
      await aurora.addInstances(job, 0, count);
      return (await idsOf(job)).filter((id) => !before.includes(id)).sort((a, b) => a - b);
    },
  };
}

/** Whether the conf dir names Heron's local scheduler, as scheduler and as launcher. */
function isLocal(conf: Readonly<Record<string, string>>): boolean {
  const scheduler = load(conf["scheduler.yaml"] ?? "") as Record<string, unknown>;
  const packageName = "org.apache.heron.scheduler.local";
  return (
    scheduler["heron.class.scheduler"] === `${packageName}.LocalScheduler` &&
    scheduler["heron.class.launcher"] === `${packageName}.LocalLauncher` &&
    scheduler["heron.scheduler.is.service"] !== false
  );
}

/** What a submission says of the release: by the file it is given, else by the one of the installation. */
function release(file: string | undefined): { readonly user: string; readonly version: string } {
  if (file === undefined) return { user: "heron", version: "0.20.5" };
  const said = load(readFileSync(file, "utf8")) as Readonly<Record<string, string>>;
  return { user: said["heron.build.user"] ?? "", version: said["heron.build.version"] ?? "" };
}

/** The heron.aurora with the metadata that Heron binds: what `heron.scheduler.properties` says behind the template's name. */
function bound(conf: Readonly<Record<string, string>>): string {
  const scheduler = load(conf["scheduler.yaml"] ?? "") as Record<string, unknown>;
  const [name = "heron.aurora", ...values] = (
    (scheduler["heron.scheduler.properties"] as string | undefined) ?? "heron.aurora"
  ).split(",");
  return values.reduce((text, value, at) => text.replaceAll(`{{AURORA_METADATA_${at + 1}}}`, value), conf[name] ?? "");
}

/** Until it is killed. */
function forever(): Promise<never> {
  return new Promise(() => setTimeout(() => undefined, 600_000));
}

const [settingsFile = "", ...argv] = process.argv.slice(2);
main(settingsFile, argv).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`heron: error: ${String(error)}`);
    process.exit(1);
  },
);
