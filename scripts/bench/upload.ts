import { PutObjectCommand } from "@aws-sdk/client-s3";
import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AwsEnvironment } from "../../test/support/aws-environment";
import { LocalEnvironment } from "../../test/support/local-environment";
import { median } from "./median";
import { type PeakMemory, watchMemory } from "./memory";

const mebibytes = 300;
const rounds = 3;
const targets = { throughput: 0.9, unchanged: 1.3, memoryMiB: 64 };

interface Timed {
  readonly ms: number;
  readonly memory: PeakMemory;
}

interface Round {
  readonly plain: number;
  readonly uploading: number;
  readonly small: Timed;
  readonly smallAgain: Timed;
  readonly large: Timed;
  readonly largeAgain: Timed;
}

/**
 * Uploads a core package of 300 MB through the engine, beside a plain streaming put of the same file to the same S3 server;
 * medians of three rounds, each with a package of its own.
 * The engine's AWS provider is the tests' stand-in: on AWS the official plugin uploads instead.
 */
export async function benchUpload(): Promise<void> {
  console.log(`\nA core package of ${mebibytes} MiB to a real S3 server, by a stand-in for the AWS provider`);
  const aws = await AwsEnvironment.start();
  const environment = await LocalEnvironment.start();
  try {
    await aws.configure(environment.project);
    const write = (name: string, size: number) =>
      pipeline(Readable.from(chunks(size)), createWriteStream(environment.project.path(name)));
    const up = (name: string) => timedUp(environment, aws, name);
    await up(environment.corePath);
    const taken: Round[] = [];
    for (let each = 0; each < rounds; each++) {
      await write("small.tar.gz", 1);
      await write("large.tar.gz", mebibytes);
      const [small, smallAgain] = [await up("../small.tar.gz"), await up("../small.tar.gz")];
      const plain = await plainPut(aws, environment.project.path("large.tar.gz"));
      const [large, largeAgain] = [await up("../large.tar.gz"), await up("../large.tar.gz")];
      // Both roll the same job onto a new core package: what the one takes with a small package is not the upload's.
      taken.push({ plain, uploading: Math.max(1, large.ms - small.ms), small, smallAgain, large, largeAgain });
    }
    const [plain, uploading] = [median(taken.map((each) => each.plain)), median(taken.map((each) => each.uploading))];
    const throughput = plain / uploading;
    console.log(
      `upload               ours ${rate(uploading)}  plain put ${rate(plain)}  ratio ${throughput.toFixed(2)}  ` +
        `target ${targets.throughput}: ${verdict(throughput >= targets.throughput)}`,
    );
    const [again, smallAgain] = [
      median(taken.map((each) => each.largeAgain.ms)),
      median(taken.map((each) => each.smallAgain.ms)),
    ];
    const unchanged = again / smallAgain;
    console.log(
      `up, nothing changed  ours ${(again / 1000).toFixed(1)} s  with a small one ${(smallAgain / 1000).toFixed(1)} s  ` +
        `ratio ${unchanged.toFixed(2)}  target ${targets.unchanged}: ${verdict(unchanged < targets.unchanged)}`,
    );
    const more = median(taken.map(({ large, small }) => total(large.memory) - total(small.memory)));
    console.log(
      `peak memory          ${Math.round(more)} MiB more than with a small one (program and provider)  ` +
        `target ${targets.memoryMiB}: ${verdict(more < targets.memoryMiB)}`,
    );
  } finally {
    await environment.dispose();
    await aws.dispose();
  }
}

function* chunks(count: number): Generator<Buffer> {
  for (let each = 0; each < count; each++) yield randomBytes(1024 ** 2);
}

async function timedUp(environment: LocalEnvironment, aws: AwsEnvironment, core: string): Promise<Timed> {
  const { endpoint, region } = aws.s3;
  environment.document({
    artifacts: { s3: { bucket: "packages", region, endpoint } },
    fetch: "aws",
    core: { path: core },
  });
  const watch = watchMemory(environment.project.directory);
  const start = performance.now();
  const { code, output } = await environment.project.pulumi(environment.project.command("up"), aws.env);
  if (code !== 0) throw new Error(output);
  return { ms: performance.now() - start, memory: watch.stop() };
}

/** Milliseconds of a put of the file, streamed, by the SDK alone. */
async function plainPut(aws: AwsEnvironment, file: string): Promise<number> {
  const s3 = aws.s3.client();
  const start = performance.now();
  const content = { Body: createReadStream(file), ContentLength: mebibytes * 1024 ** 2 };
  await s3.send(new PutObjectCommand({ Bucket: "packages", Key: "plain", ...content }));
  s3.destroy();
  return performance.now() - start;
}

function total(memory: PeakMemory): number {
  return [...memory.values()].reduce((sum, each) => sum + each, 0);
}

function rate(ms: number): string {
  return `${((mebibytes * 1000) / ms).toFixed(0)} MiB/s`;
}

function verdict(met: boolean): string {
  return met ? "met" : "MISSED";
}
