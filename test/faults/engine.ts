import { packageFile } from "../../components/artifacts/package-file-lifecycle";
import type { PackageFileProperties } from "../../components/artifacts/package-file";
import { auroraJob } from "../../components/job/lifecycle";
import type { AuroraJobProperties } from "../../components/job/registration";
import { destroyedByAnotherRun } from "../support/job-life";

/** What a program declares: a package, and a job that depends on it. */
export interface Declared {
  readonly file: PackageFileProperties;
  readonly job: AuroraJobProperties;
}

/** What a create or an update that failed half-way hands the engine. */
interface Unfinished extends Error {
  readonly id: string;
  readonly properties: AuroraJobProperties;
}

/** A resource in the state. An operation that failed half-way leaves new outputs, and of an update the inputs before it. */
interface Recorded {
  readonly id: string;
  /** What the next preview goes by. */
  readonly inputs: AuroraJobProperties;
  /** The outputs. */
  readonly properties: AuroraJobProperties;
  readonly failed: boolean;
}

/**
 * The engine's part in the life of one topology, as it was seen to play it: what it records, and which of a provider's
 * methods it calls with that. In process, so that a thousand lives take minutes; test/engine has the real one.
 */
export class Engine {
  private file: PackageFileProperties | undefined;
  private job: Recorded | undefined;

  /** @param assertAlive throws when the engine is dead, which then records nothing */
  constructor(public assertAlive: () => void = () => undefined) {}

  get recorded(): { readonly file: PackageFileProperties | undefined; readonly job: AuroraJobProperties | undefined } {
    return { file: this.file, job: this.job?.properties };
  }

  async refresh(): Promise<void> {
    if (this.file !== undefined) {
      const { props } = await packageFile.read("", this.file);
      this.assertAlive();
      this.file = props;
    }
    if (this.job === undefined) return;
    const { id, failed } = this.job;
    const { props } = await auroraJob.read(id, this.job.properties);
    this.assertAlive();
    this.job = props === undefined ? undefined : { id, inputs: props, properties: props, failed };
  }

  async up(declared: Declared): Promise<void> {
    await this.upFile(declared.file);
    await this.upJob(declared.job);
  }

  async destroy(): Promise<void> {
    if (this.job !== undefined) {
      await destroyedByAnotherRun(this.job.properties);
      this.assertAlive();
      this.job = undefined;
    }
    if (this.file === undefined) return;
    await packageFile.delete("", this.file);
    this.assertAlive();
    this.file = undefined;
  }

  private async upFile(news: PackageFileProperties): Promise<void> {
    if (this.file === undefined) await packageFile.create(news);
    else if (packageFile.diff("", this.file, news).changes) await packageFile.update("", this.file, news);
    this.assertAlive();
    this.file = news;
  }

  private async upJob(declared: AuroraJobProperties): Promise<void> {
    const known = this.job;
    const { inputs } = await auroraJob.check(known?.inputs ?? {}, declared);
    if (known === undefined) {
      await this.recordJob(inputs, inputs, auroraJob.create(inputs));
    } else if (known.failed || auroraJob.diff(known.id, known.properties, inputs).changes) {
      await this.recordJob(
        inputs,
        known.inputs,
        auroraJob.update(known.id, known.properties, inputs).then(({ outs }) => ({ id: known.id, outs })),
      );
    }
  }

  /** @param atFailure the inputs that are recorded where `work` fails half-way */
  private async recordJob(
    inputs: AuroraJobProperties,
    atFailure: AuroraJobProperties,
    work: Promise<{ readonly id: string; readonly outs: AuroraJobProperties }>,
  ): Promise<void> {
    try {
      const { id, outs } = await work;
      this.assertAlive();
      this.job = { id, inputs, properties: outs, failed: false };
    } catch (error) {
      if (isUnfinished(error)) {
        this.assertAlive();
        this.job = { id: error.id, inputs: atFailure, properties: error.properties, failed: true };
      }
      throw error;
    }
  }
}

export function isUnfinished(error: unknown): error is Unfinished {
  return error instanceof Error && "id" in error && "properties" in error;
}
