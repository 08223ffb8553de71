import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { UserError } from "../../errors";
import type { EmissionRequest } from "./index";

/** A program to run, so that the user's main emits its definition. */
export interface MainCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** What the user can do when the command is not there. */
  readonly whenMissing: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * The command that runs the user's main, told by the package's extension, as the Heron CLI does it.
 * @param directory an empty folder for what has to be unpacked
 */
export async function mainCommand(request: EmissionRequest, directory: string): Promise<MainCommand> {
  const file = basename(request.package);
  if (file.endsWith(".jar")) return java(request, [request.package]);
  if (file.endsWith(".tar") || file.endsWith(".tar.gz")) {
    const unpacked = join(directory, "unpacked");
    await unpack(request.package, unpacked);
    const own = `${file.replace(/\.tar(\.gz)?$/, "")}.jar`;
    return java(request, [join(unpacked, own), join(unpacked, "*"), join(unpacked, "libs", "*")]);
  }
  if (file.endsWith(".pex")) return python(request);
  if (file.endsWith(".so") || file.endsWith(".dylib")) {
    return {
      command: className(request),
      args: request.args,
      whenMissing: `Set 'class' to the program that emits the topology of ${file} (on PATH, or a path).`,
    };
  }
  throw new UserError(
    `package: ${file} is of no kind that Heron runs. It takes .jar, .tar (of jars), .tar.gz, .pex, .so and .dylib.`,
  );
}

function java(request: EmissionRequest, classPath: readonly string[]): MainCommand {
  const properties = Object.entries(request.jvmProperties).map(([key, value]) => `-D${key}=${value}`);
  const path = [...classPath, ...(request.libraries ?? [])].join(":");
  return {
    command: javaProgram(),
    args: ["-client", "-Xmx1g", ...properties, "-cp", path, className(request), ...request.args],
    whenMissing:
      "No Java was found: looked at $JAVA_BIN, $JAVA_HOME/bin/java and PATH. Install a JDK (17 is fine; on Debian " +
      "'apt-get install openjdk-17-jre-headless'), or give the topology's 'definition:', emitted before, which needs none.",
  };
}

function javaProgram(): string {
  const { JAVA_BIN, JAVA_HOME } = process.env;
  if (JAVA_BIN) return JAVA_BIN;
  const atHome = JAVA_HOME ? join(JAVA_HOME, "bin", "java") : undefined;
  return atHome !== undefined && existsSync(atHome) ? atHome : "java";
}

/** Class `-`: the pex is a program. Else the class is imported from it and writes its topology, as heronpy has it. */
function python(request: EmissionRequest): MainCommand {
  const whenMissing =
    "No python3 was found on PATH. Install Python 3, or give the topology's 'definition:', emitted before.";
  const name = className(request);
  if (name === "-") return { command: "python3", args: [request.package, ...request.args], whenMissing };
  const at = name.lastIndexOf(".");
  if (at < 1)
    throw new UserError(`class: '${name}' names no module. Write module.Class, or '-' to run the pex itself.`);
  const script =
    "import importlib, sys; sys.path.insert(0, sys.argv.pop(1)); " +
    "getattr(importlib.import_module(sys.argv.pop(1)), sys.argv.pop(1)).write()";
  return {
    command: "python3",
    args: ["-c", script, request.package, name.slice(0, at), name.slice(at + 1), ...request.args],
    whenMissing,
  };
}

function className(request: EmissionRequest): string {
  if (request.class !== undefined) return request.class;
  throw new UserError(
    `class: the main of ${basename(request.package)} is not named. Set 'class', or give a 'definition' that was emitted before.`,
  );
}

async function unpack(archive: string, directory: string): Promise<void> {
  const entries = extract();
  const source = createReadStream(archive);
  const piped = archive.endsWith(".gz") ? pipeline(source, createGunzip(), entries) : pipeline(source, entries);
  for await (const entry of entries) {
    const { name, type } = entry.header;
    const flat = name.replace(/^\.\//, "");
    if (type === "file" && /^(libs\/)?[^/]+$/.test(flat)) {
      await mkdir(join(directory, flat.includes("/") ? "libs" : ""), { recursive: true });
      await pipeline(entry, createWriteStream(join(directory, flat)));
    } else {
      entry.resume();
    }
  }
  await piped;
}
