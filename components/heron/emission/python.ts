import { basename } from "node:path";
import { ArgumentError } from "../../errors";

/** Imports `module.Class` and lets it emit, as heronpy has it. */
const write = "import importlib, sys; getattr(importlib.import_module(sys.argv[1]), sys.argv[2]).write()";

/**
 * A real pex unpacks what it depends on before its modules can be imported: it is made to lend its interpreter. Any other
 * zip of Python is imported from as it is.
 */
const importFromPex = `
import os, sys, zipfile
pex, module, name = sys.argv[1:4]
write = ${JSON.stringify(write)}
if "PEX-INFO" in zipfile.ZipFile(pex).namelist():
    os.execve(sys.executable, [sys.executable, pex, "-c", write, module, name], {**os.environ, "PEX_INTERPRETER": "1"})
sys.path.insert(0, pex)
sys.argv[1:] = [module, name]
exec(write)
`;

/**
 * The arguments of python3 that emit a pex's topology: class `-` runs the pex with the arguments, any other is imported and
 * asked to write itself.
 * @throws ArgumentError when the class names no module
 */
export function pythonArguments(pex: string, className: string, args: readonly string[]): string[] {
  if (className === "-") return [pex, ...args];
  const [, module, name] = /^(.+)\.([^.]+)$/.exec(className) ?? [];
  if (module === undefined || name === undefined) {
    const message = `${JSON.stringify(className)} names no module. Write module.Class, or '-' to run ${basename(pex)} itself.`;
    throw new ArgumentError([{ path: ["class"], message }]);
  }
  return ["-c", importFromPex, pex, module, name];
}
