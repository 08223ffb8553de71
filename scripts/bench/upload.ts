import { PutObjectCommand } from "@aws-sdk/client-s3";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { coarsestStepMs } from "../../components/file-hash";
import { AwsEnvironment } from "../../test/support/aws-environment";
import { LocalEnvironment } from "../../test/support/local-environment";
import { median } from "./median";
import { type PeakMemory, type ProcessKind, watchMemory } from "./memory";

const mebibytes = 300;
const rounds = 5;
const targets = { throughput: 0.9, unchanged: 1.3, memoryMiB: 64 };

/** A core package by which a job is rolled: previewed and deployed. */
interface Deployed {
  readonly previewMs: number;
  readonly upMs: number;
  readonly memory: PeakMemory;
}

interface Round {
  /** Of puts of the large file by the SDK alone, with its own checksum and with the one that we ask for. */
  readonly putMs: number;
  readonly checkedPutMs: number;
  /** Agents fetch it from where it lies. */
  readonly unhosted: Deployed;
  readonly small: Deployed;
  readonly large: Deployed;
  /** Of a further `up`, which finds nothing changed. */
  readonly againMs: { readonly unhosted: number; readonly large: number };
}

/**
 * Deploys a core package of 300 MiB as an operator does, a preview that is looked at and then `up`, beside a plain streaming
 * put of the same file to the same S3 server; medians of five rounds, each with packages of its own. The preview hashes the
 * file, and `up` does not again: an upload is what `up` takes longer than with a package of 1 MiB. What nothing changed costs,
 * and memory, are beside a stack whose core package is not uploaded at all.
 * The engine's AWS provider is the tests' stand-in: on AWS the official plugin uploads instead.
 */
export async function benchUpload(): Promise<void> {
  console.log(
    `\nA core package of ${mebibytes} MiB, previewed and then deployed, to a real S3 server by a stand-in for the AWS provider`,
  );
  const aws = await AwsEnvironment.start();
  const environment = await LocalEnvironment.start();
  try {
    await aws.configure(environment.project);
    const bench = new Bench(environment, aws);
    await bench.deploy(bench.unhosted());
    const taken: Round[] = [];
    for (let each = 0; each < rounds; each++) taken.push(await bench.round());
    report(taken);
  } finally {
    await environment.dispose();
    await aws.dispose();
  }
}

class Bench {
  constructor(
    private readonly environment: LocalEnvironment,
    private readonly aws: AwsEnvironment,
  ) {}

  /** All three roll the same job; the large package's comes last, so that no other's `up` has its object to delete. */
  async round(): Promise<Round> {
    const unhosted = await this.deploy(this.unhosted());
    const unhostedAgainMs = await this.up();
    const small = await this.deploy(await this.hosted("small.tar.gz", 1));
    const core = await this.hosted("large.tar.gz", mebibytes);
    const [putMs, checkedPutMs] = [await this.put(), await this.put("SHA256")];
    const large = await this.deploy(core);
    const againMs = { unhosted: unhostedAgainMs, large: await this.up() };
    return { putMs, checkedPutMs, unhosted, small, large, againMs };
  }

  unhosted(): object {
    return {
      url: "http://127.0.0.1/heron-core.tar.gz",
      sha256: randomBytes(32).toString("hex"),
      host: false,
    };
  }

  async deploy(core: object): Promise<Deployed> {
    const { project } = this.environment;
    const { endpoint, region } = this.aws.s3;
    this.environment.document({ artifacts: { s3: { bucket: "packages", region, endpoint } }, fetch: "aws", core });
    const previewMs = await this.timed(["preview", "--stack", project.stack]);
    const watch = watchMemory(project.directory);
    const upMs = await this.up();
    return { previewMs, upMs, memory: watch.stop() };
  }

  private up(): Promise<number> {
    settle();
    return this.timed(this.environment.project.command("up"));
  }

  /** Of random bytes, and not written a moment ago: a hash is only kept of a file that is older. */
  private async hosted(name: string, size: number): Promise<object> {
    await pipeline(Readable.from(chunks(size)), createWriteStream(this.environment.project.path(name)));
    await sleep(2 * coarsestStepMs);
    return { path: `../${name}` };
  }

  private async timed(args: readonly string[]): Promise<number> {
    const start = performance.now();
    const { code, output } = await this.environment.project.pulumi(args, this.aws.env);
    if (code !== 0) throw new Error(output);
    return performance.now() - start;
  }

  /** Milliseconds of a put of the large file, streamed, by the SDK alone. */
  private async put(ChecksumAlgorithm?: "SHA256"): Promise<number> {
    const s3 = this.aws.s3.client();
    settle();
    const start = performance.now();
    await s3.send(
      new PutObjectCommand({
        Bucket: "packages",
        Key: "plain",
        Body: createReadStream(this.environment.project.path("large.tar.gz")),
        ContentLength: mebibytes * 1024 ** 2,
        ChecksumAlgorithm,
      }),
    );
    s3.destroy();
    return performance.now() - start;
  }
}

/** What was written before goes to the disk first, and not while the next is timed. */
function settle(): void {
  execFileSync("sync");
}

function* chunks(count: number): Generator<Buffer> {
  for (let each = 0; each < count; each++) yield randomBytes(1024 ** 2);
}

function report(taken: readonly Round[]): void {
  const of = (value: (round: Round) => number): number => median(taken.map(value));
  const uploading = Math.max(
    1,
    of(({ large, small }) => large.upMs - small.upMs),
  );
  const [plain, checked] = [of(({ putMs }) => putMs), of(({ checkedPutMs }) => checkedPutMs)];
  console.log(
    `upload               ours ${rate(uploading)}  plain put ${rate(plain)}  ratio ${(plain / uploading).toFixed(2)}  ` +
      `target ${targets.throughput}: ${verdict(plain / uploading >= targets.throughput)}`,
  );
  console.log(
    `                     a plain put that asks for SHA-256, as ours does: ${rate(checked)}, ratio ${(checked / uploading).toFixed(2)}`,
  );
  const hashing = of(({ large, small }) => large.previewMs - small.previewMs);
  console.log(`                     before it, once, for the file's hash: ${seconds(hashing)} more of the preview`);
  const [again, base] = [of(({ againMs }) => againMs.large), of(({ againMs }) => againMs.unhosted)];
  console.log(
    `up, nothing changed  ours ${seconds(again)}  without a core package to upload ${seconds(base)}  ` +
      `ratio ${(again / base).toFixed(2)}  target ${targets.unchanged}: ${verdict(again / base < targets.unchanged)}`,
  );
  const more = (...kinds: ProcessKind[]): number =>
    Math.round(of(({ large, unhosted }) => total(large.memory, kinds) - total(unhosted.memory, kinds)));
  const ours = more("program", "provider");
  console.log(
    `peak memory          ours ${ours} MiB more than without a core package to upload (program and provider)  ` +
      `target ${targets.memoryMiB}: ${verdict(ours < targets.memoryMiB)}  ` +
      `the engine's own ${more("engine")} MiB more, the stand-in plugin's ${more("plugin")} MiB`,
  );
}

function total(memory: PeakMemory, kinds: readonly ProcessKind[]): number {
  return kinds.reduce((sum, kind) => sum + (memory.get(kind) ?? 0), 0);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function rate(ms: number): string {
  return `${((mebibytes * 1000) / ms).toFixed(0)} MiB/s`;
}

function verdict(met: boolean): string {
  return met ? "met" : "MISSED";
}
