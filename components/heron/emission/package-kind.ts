import { basename } from "node:path";
import { ArgumentError } from "../../errors";

const kinds = [
  [".jar", "jar"],
  [".tar", "tar"],
  [".tar.gz", "tar"],
  [".pex", "pex"],
  [".so", "library"],
  [".dylib", "library"],
] as const;

/** How a package's main is run. A `library` has none: a program beside it emits. */
export type PackageKind = (typeof kinds)[number][1];

/** @throws ArgumentError for an extension that Heron does not know */
export function packageKind(path: string): PackageKind {
  const file = basename(path);
  const found = kinds.find(([extension]) => file.endsWith(extension) && file !== extension);
  if (found !== undefined) return found[1];
  const hint = file.endsWith(".py") ? " A Python file goes into a pex first ('pex -o topology.pex -D . heronpy')." : "";
  const message = `${file} is of no kind that Heron runs. It takes .jar, .tar or .tar.gz (of jars), .pex, .so and .dylib.${hint}`;
  throw new ArgumentError([{ path: ["package"], message }]);
}
