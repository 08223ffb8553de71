import { basename, join, resolve } from "node:path";
import { ArgumentError, UserError } from "../../errors";
import type { Finding } from "../../finding";
import { findJava } from "./java";
import { packageKind } from "./package-kind";
import { pythonArguments } from "./python";
import type { EmissionRequest } from "./request";
import { unpack } from "./unpack";

/** A program to run, so that the user's main emits its definition. */
export interface MainCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What is wrong when the command is not there, and what the user can do. */
  readonly whenMissing: Finding;
}

/**
 * The command that runs the user's main, as the Heron CLI does it.
 * @param directory a folder for what has to be unpacked
 * @throws UserError when what runs the main is not on this machine, ArgumentError when the document does not name it
 */
export async function mainCommand(request: EmissionRequest, directory: string): Promise<MainCommand> {
  const name = className(request);
  const unpacked = join(directory, "unpacked");
  switch (packageKind(request.package)) {
    case "jar":
      return javaCommand(request, name, [request.package]);
    case "tar":
      await unpack(request.package, unpacked);
      return javaCommand(request, name, unpackedClassPath(request.package, unpacked));
    case "pex":
      return {
        command: "python3",
        args: pythonArguments(request.package, name, request.args),
        env: { PEX_ROOT: join(directory, "pex") },
        whenMissing: {
          path: ["package"],
          message: `running ${basename(request.package)} needs python3, which is not on PATH. Install Python 3, ${orGiveDefinition}`,
        },
      };
    case "library":
      return {
        command: emittingProgram(request, name),
        args: request.args,
        whenMissing: {
          path: ["class"],
          message: `there is no program ${name} beside ${basename(request.package)}. Name the one that emits its topology, by a path relative to the package.`,
        },
      };
  }
}

/** The program that emits the topology of a C++ library. */
export function emittingProgram(request: EmissionRequest, name: string): string {
  return resolve(request.package, "..", name);
}

/** @throws ArgumentError when the document names no class */
export function className(request: EmissionRequest): string {
  if (request.class !== undefined && request.class !== "") return request.class;
  const message = `the main of ${basename(request.package)} is not named. Set 'class', ${orGiveDefinition}`;
  throw new ArgumentError([{ path: ["class"], message }]);
}

const orGiveDefinition = "or give a 'definition' that was emitted before.";

function javaCommand(request: EmissionRequest, name: string, classPath: readonly string[]): MainCommand {
  const properties = Object.entries(request.jvmProperties).map(([key, value]) => `-D${key}=${value}`);
  const path = [...classPath, ...(request.libraries ?? [])].map(classPathEntry).join(":");
  return {
    command: findJava(process.env),
    args: ["-client", "-Xmx1g", ...properties, "-cp", path, name, ...request.args],
    whenMissing: {
      path: ["package"],
      message: `Java went away while ${basename(request.package)} was to be run. Run again.`,
    },
  };
}

/** @throws UserError for a path that Java would take for two */
function classPathEntry(path: string): string {
  if (!path.includes(":")) return path;
  throw new UserError(
    `Java takes the ':' in ${path} for the end of a path. Move the checkout to a folder without ':' in its path, ${orGiveDefinition}`,
  );
}

/** Jars of a tar in the layout of Heron's own: the topology's by the tar's name, others beside it and under libs/. */
function unpackedClassPath(archive: string, unpacked: string): string[] {
  const own = basename(archive).replace(/\.tar(\.gz)?$/, ".jar");
  return [join(unpacked, own), join(unpacked, "*"), join(unpacked, "libs", "*")];
}
