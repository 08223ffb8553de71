import { spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { repoRoot } from "./paths";
import { type Ended, ended } from "./whole-output";

/** Where a sandbox runs that is not the user's own, which may be running too. */
export interface SandboxPlace {
  readonly port: number;
  readonly folder: string;
}

const notCopied = new Set(["node_modules", ".git", ".heron", ".pulumi-state", "coverage", "target"]);

/** A copy of this checkout, built as this one is, whose stack `local` deploys to the sandbox at a place of its own. */
export class Checkout {
  readonly directory: string;

  constructor(private readonly place: SandboxPlace) {
    // As Node gives it to the scripts: the system's folder for temporary files may be a link.
    this.directory = realpathSync(mkdtempSync(join(tmpdir(), "heron-checkout-")));
    cpSync(repoRoot, this.directory, { recursive: true, filter: (path) => !notCopied.has(basename(path)) });
    this.linkModules();
    writeFileSync(this.path("bin", ".built"), "");
    this.edit("stacks/local.yaml", (text) =>
      text.replaceAll("8081", String(place.port)).replaceAll("/var/tmp/pulumi-heron-aurora", place.folder),
    );
  }

  path(...parts: string[]): string {
    return join(this.directory, ...parts);
  }

  edit(file: string, change: (text: string) => string): void {
    writeFileSync(this.path(file), change(readFileSync(this.path(file), "utf8")));
  }

  /** Runs a script of package.json to its end. */
  run(script: "start" | "down"): Promise<Ended> {
    const child = spawn("npm", ["run", "--silent", script], {
      cwd: this.directory,
      env: {
        ...process.env,
        HERON_AURORA_SANDBOX_PORT: String(this.place.port),
        HERON_AURORA_SANDBOX_FOLDER: this.place.folder,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return ended(child);
  }

  dispose(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** One by one: the link to the library must lead to the copy. */
  private linkModules(): void {
    const ours = join(repoRoot, "node_modules");
    const modules = this.path("node_modules");
    mkdirSync(modules);
    for (const name of readdirSync(ours).filter((each) => each !== "pulumi-heron-aurora"))
      symlinkSync(join(ours, name), join(modules, name));
    symlinkSync("..", join(modules, "pulumi-heron-aurora"));
  }
}
