import { providerText } from "../dynamic-provider";
import type { JsonText } from "../json-text";
import { type KeptFile, keptFile } from "./kept-file";
import type { PackageUse } from "./use/inputs";
import * as pulumi from "../pulumi";

/** Inputs of a {@link PackageFile}; machine-independent. */
export interface PackageFileInputs {
  /** The store's folder, as agents see it. */
  readonly directory: string;
  /** Folder inside the store: `core`, or `topologies/<cluster>/<role>/<environment>/<name>`. */
  readonly folder: string;
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
  /** Who keeps the file there: `project/stack/resource`. */
  readonly owner: string;
  /** Whose jobs are asked for before it is deleted: of a core package. */
  readonly use?: PackageUse;
}

/** {@link PackageFileInputs} as the engine keeps them. */
export interface PackageFileProperties {
  readonly file: JsonText<KeptFile>;
  /** The text by which the engine finds the provider; kept as it came. */
  readonly __provider?: string;
}

/** One package in a `directory` store: put there on create and update, released on delete. A dynamic resource. */
export class PackageFile extends pulumi.CustomResource {
  declare readonly file: pulumi.Output<JsonText<KeptFile>>;

  constructor(name: string, inputs: pulumi.Output<PackageFileInputs>, options: pulumi.CustomResourceOptions) {
    const file = inputs.apply(keptFile);
    super("pulumi-nodejs:dynamic/heron:PackageFile", name, { file, __provider: providerText("packageFile") }, options);
  }
}
