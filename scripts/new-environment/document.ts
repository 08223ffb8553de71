import { dump } from "js-yaml";
import type { S3StoreArgs } from "../../components/cluster-args";
import type { StackDocument } from "../../components/config/load";
import { isMap } from "../../components/config/layers";
import { mergeDefaults } from "../../components/config/merge";
import { ownCheckpoints } from "./checkpoints";

/** What a new stack document is made of. */
export interface NewEnvironment {
  /** Of the stack. */
  readonly name: string;
  /** Aurora's environment, the third part of every job key. */
  readonly environment: string;
}

/**
 * Text of a stack document like the one of `from`: its own settings, without those that `defaults.yaml` shares, in another
 * Aurora environment, with a state tree and checkpoints of its own (topologies are kept there by their name alone) and a bucket of
 * its own (a bucket belongs to one stack), or a prefix of its own in one that no stack makes.
 */
export function environmentDocument({ name, environment }: NewEnvironment, from: StackDocument): string {
  const own = from.layers.at(-1)?.value;
  // A role has one quota, and one stack that sets it.
  const { quota, ...rest } = isMap(own) ? own : {};
  const conf = ownCheckpoints(name, from.cluster);
  const settings = mergeDefaults<object>(
    { ...rest, environment, ...separate(name, from) },
    Object.keys(conf).length === 0 ? {} : { conf },
  );
  const shared = from.layers.slice(0, -1).map(({ document }) => document);
  const says = [
    "# yaml-language-server: $schema=../node_modules/pulumi-heron-aurora/components/config/partial-stack.schema.json",
    `# Made after ${from.document}${shared.length === 0 ? "" : `; what is not said here is said by ${shared.join(", ")}`}.`,
    `# Which document says what: npm run plan -- ${name} --explain. What differs for a topology goes under 'overlays',`,
    "# which topologies run here under 'only' or 'except', another size under 'scale'.",
  ];
  return `${says.join("\n")}\n${dump(settings, { lineWidth: 120 })}`;
}

/** Characters of a bucket's name that S3 takes. */
const longestBucketName = 63;

/** S3 takes neither capitals nor underscores in a bucket's name; the environment's part of it is what sets it apart. */
function bucketOf(bucket: string, name: string): string {
  const part = `-${name.toLowerCase().replaceAll("_", "-")}`;
  return `${bucket.slice(0, longestBucketName - part.length).replace(/[.-]+$/, "")}${part}`;
}

/** Of a bucket that is somebody else's there is no other one: there the prefix sets the environment apart. */
function ownPlace(name: string, { create, bucket, prefix }: S3StoreArgs): Partial<S3StoreArgs> {
  if (create !== false) return { bucket: bucketOf(bucket, name) };
  return { prefix: prefix === undefined ? name : `${prefix}-${name}` };
}

/** What two environments must not share. */
function separate(name: string, { cluster }: StackDocument): object {
  const { state, artifacts, writeConf } = cluster;
  const root = state.zookeeper === undefined ? state.local?.root : (state.zookeeper.root ?? "/heron");
  const ownRoot = `${root}-${name}`;
  return {
    state:
      state.zookeeper === undefined
        ? { local: { ...state.local, root: ownRoot } }
        : { zookeeper: { ...state.zookeeper, root: ownRoot } },
    ...(artifacts.s3 && { artifacts: { s3: { ...artifacts.s3, ...ownPlace(name, artifacts.s3) } } }),
    ...(writeConf !== undefined && { writeConf: `${writeConf}-${name}` }),
  };
}
