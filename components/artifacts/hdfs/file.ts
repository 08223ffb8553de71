import { providerText } from "../../dynamic-provider";
import type { PackageUse } from "../use/inputs";
import * as pulumi from "../../pulumi";

/** Inputs of an {@link HdfsFile}; machine-independent, and without any secret. */
export interface HdfsFileInputs {
  /** Name of the Aurora cluster: the delegation token is looked up by it. */
  readonly cluster: string;
  /** Base addresses of WebHDFS or HttpFS, in the order in which they are tried. */
  readonly namenodes: readonly string[];
  /** Whom simple authentication is told. */
  readonly user?: string;
  /** Absolute path of the file; its name holds its hash. */
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Who keeps the file there: `project/stack/resource`. */
  readonly owner: string;
  /** Whose jobs are asked for before it is deleted. */
  readonly use?: PackageUse;
}

/** {@link HdfsFileInputs} as the engine keeps them: in one property, since the SDK's cost grows with their number. */
export interface HdfsFileProperties {
  readonly file: HdfsFileInputs;
  /** The text by which the engine finds the provider; kept as it came. */
  readonly __provider?: string;
}

/** One package in HDFS: put there on create and update, released on delete. A dynamic resource. */
export class HdfsFile extends pulumi.CustomResource {
  declare readonly file: pulumi.Output<HdfsFileInputs>;

  constructor(name: string, file: pulumi.Input<HdfsFileInputs>, options: pulumi.CustomResourceOptions) {
    super("pulumi-nodejs:dynamic/heron:HdfsFile", name, { file, __provider: providerText("hdfsFile") }, options);
  }
}
