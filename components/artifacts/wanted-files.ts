import { realpath } from "node:fs/promises";
import { formatJobKey } from "../aurora/job-key";
import type { PackageFileInputs } from "./package-file";
import { fileName, jobOfFolder } from "./store";
import type { PackageUse } from "./use/inputs";

/** What a run's program wants of `directory` stores: all that the engine has had checked. */
export class WantedFiles {
  private readonly byOwner = new Map<string, PackageFileInputs[]>();
  /** Where to ask for jobs, by cluster: core packages tell. */
  private readonly uses = new Map<string, PackageUse>();

  add(file: PackageFileInputs): void {
    const key = keyOf(file);
    this.byOwner.set(key, [...(this.byOwner.get(key) ?? []), file]);
    if (file.use !== undefined) this.uses.set(file.use.cluster, file.use);
  }

  /**
   * Which job may run on a topology's package that goes from its folder while the topology stays, as where the store's path has
   * gone to and fro: a run that was killed may have rolled it there. Undefined also where the run does not tell whom to ask.
   */
  useOf(leaving: PackageFileInputs): PackageUse | undefined {
    const job = jobOfFolder(leaving.folder);
    if (job === undefined || !this.byOwner.has(keyOf(leaving))) return undefined;
    const { cluster, role } = job;
    const use = this.uses.get(cluster);
    return use && { cluster, role, job: formatJobKey(job), scheduler: use.scheduler };
  }

  /**
   * Names of the files that the owner of `leaving` wants in the same folder, by whichever path: what its claims say is of no help
   * where a store's path has gone to and fro while a former one was still to be let go of.
   */
  async besides(leaving: PackageFileInputs): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    const wanted = this.byOwner.get(keyOf(leaving));
    // Of a topology that leaves, nothing: most of what is deleted.
    if (wanted === undefined) return names;
    const real = await realPathOf(leaving);
    for (const file of wanted) if ((await realPathOf(file)) === real) names.add(fileName(file));
    return names;
  }
}

function keyOf({ owner, folder }: PackageFileInputs): string {
  return JSON.stringify([owner, folder]);
}

/** One that is not there, or cannot be read, is by no other path either. */
function realPathOf({ directory }: PackageFileInputs): Promise<string> {
  return realpath(directory).catch(() => directory);
}
