import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { readDefinition, type Topology } from "../../../components/heron/definition";
import type { EmissionRequest } from "../../../components/heron/emission";
import { heronApiJar } from "../../support/libraries";

/** A folder for one file's tests, with a Pulumi project in it. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "emission test-"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: test\n");
  return folder;
}

/** Compiles a Java file against heron-api into a jar that does not hold heron-api. */
export function buildJar(source: string, jar: string): void {
  const classes = `${jar}.classes`;
  mkdirSync(classes);
  const options = ["--release", "8", "-nowarn", "-Xlint:none", "-cp", heronApiJar(), "-d", classes];
  execFileSync("javac", ["-encoding", "UTF-8", ...options, source], { stdio: ["ignore", "inherit", "inherit"] });
  execFileSync("jar", ["cf", jar, "-C", classes, "."], { stdio: ["ignore", "inherit", "inherit"] });
  rmSync(classes, { recursive: true });
}

/** A request for a topology of that name, in the way of the recordings. */
export function requestFor(file: string, topologyName: string, rest: Partial<EmissionRequest> = {}): EmissionRequest {
  return {
    package: file,
    args: [],
    jvmProperties: {},
    libraries: [heronApiJar()],
    cluster: "aurora",
    role: "ada",
    environment: "devel",
    submitUser: "ada",
    topologyName,
    timeoutMs: 60_000,
    ...rest,
  };
}

/** A definition with the random part of its id left out, to compare with another emission. */
export function withoutRandomId(definition: Uint8Array, where: string): Topology {
  const topology = readDefinition(definition, basename(where));
  return { ...topology, id: topology.id.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "<uuid>") };
}

/** Runs something with environment variables set, or unset where undefined. */
export async function withEnvironment<T>(variables: NodeJS.ProcessEnv, run: () => Promise<T>): Promise<T> {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  set(variables);
  try {
    return await run();
  } finally {
    set(before);
  }
}

function set(variables: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
}

/** An environment in which no program is found: nothing can be run in it. */
export const nothingToRun = { PATH: "/nonexistent", JAVA_BIN: undefined, JAVA_HOME: undefined };

/** Whether a process is there; one that has ended and was not waited for is not. */
export function isRunning(pid: number): boolean {
  const state = execFileSync("sh", ["-c", `ps -o stat= -p ${pid} || true`], { encoding: "utf8" }).trim();
  return state !== "" && !state.startsWith("Z");
}
