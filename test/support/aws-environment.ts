import { delimiter, join } from "node:path";
import { Held, type HeldState } from "../stand-ins/pulumi-resource-aws/held";
import { repoRoot } from "./paths";
import type { TestProject } from "./project";
import { pulumiEnvironment } from "./pulumi";
import { type Credentials, type S3Server, startS3Server } from "./s3-server";

const standIn = join(repoRoot, "test", "stand-ins", "pulumi-resource-aws");

/**
 * What `@pulumi/aws` needs of AWS for object storage, on this machine: a real S3 server, and beside it what the
 * stand-in for the AWS provider holds because the server does not implement it.
 */
export class AwsEnvironment {
  private constructor(readonly s3: S3Server) {}

  static async start(options: { readonly tls?: boolean; readonly region?: string } = {}): Promise<AwsEnvironment> {
    return new AwsEnvironment(await startS3Server(options));
  }

  /** Variables for `pulumi` (its provider plugin is the stand-in), and for agents' `curl` and `aws`. */
  get env(): NodeJS.ProcessEnv {
    const { env } = pulumiEnvironment();
    return {
      PATH: [standIn, env.PATH ?? process.env.PATH].join(delimiter),
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      AWS_STAND_IN_STATE: this.stateFile,
      // Whatever the machine's own user has set must not be found.
      AWS_CONFIG_FILE: join(this.s3.folder, "no-config"),
      AWS_SHARED_CREDENTIALS_FILE: join(this.s3.folder, "no-credentials"),
      ...(this.s3.certificate !== undefined && {
        AWS_CA_BUNDLE: this.s3.certificate,
        CURL_CA_BUNDLE: this.s3.certificate,
      }),
    };
  }

  /** Stack configuration that points `@pulumi/aws` at the server. */
  config(
    { accessKeyId, secretAccessKey }: Credentials = this.s3.root,
    region = this.s3.region,
  ): Readonly<Record<string, string>> {
    return {
      "aws:region": region,
      "aws:accessKey": accessKeyId,
      "aws:secretKey": secretAccessKey,
      "aws:endpoints": JSON.stringify([{ s3: this.s3.endpoint }]),
      "aws:s3UsePathStyle": "true",
      "aws:skipCredentialsValidation": "true",
      "aws:skipRequestingAccountId": "true",
    };
  }

  /** Sets the stack configuration; the secret key as a secret. */
  async configure(project: TestProject, credentials?: Credentials, region?: string): Promise<void> {
    const { "aws:secretKey": secret = "", ...plain } = this.config(credentials, region);
    const values = Object.entries(plain).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    const set = ["config", "set-all", "--stack", project.stack, ...values, "--secret", `aws:secretKey=${secret}`];
    await project.succeed(set);
  }

  /** An IAM role that bucket policies can name, as a user of the server: what an agent with it may do. */
  async addRole(arn: string): Promise<Credentials> {
    const user = await this.s3.addUser("user");
    this.change((held) => ({ ...held, roles: { ...held.roles, [arn]: user.accessKeyId } }));
    return user;
  }

  /** What the stand-in holds. */
  get held(): HeldState {
    return new Held(this.stateFile).state;
  }

  /** Changes what the stand-in holds, while no `pulumi` runs: drift. */
  change(edit: (held: HeldState) => HeldState): void {
    new Held(this.stateFile).change(edit);
  }

  dispose(): Promise<void> {
    return this.s3.dispose();
  }

  private get stateFile(): string {
    return join(this.s3.folder, "held.json");
  }
}
