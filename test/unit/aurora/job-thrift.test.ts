import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "mocha";
import fc from "fast-check";
import { UserError } from "../../../components/errors";
import type { Constraint, Container, JobConfiguration, Resource } from "../../../components/aurora/job-configuration";
import { canonicalJson } from "../../../components/canonical-json";
import { jobFromThrift, jobToThrift, taskFromThrift } from "../../../components/aurora/job-thrift";
import { encodeCall } from "../../../components/aurora/protocol";
import { goldenJson, goldenPath } from "../../support/paths";
import { readCall } from "./recordings";

const goldenNames = readdirSync(goldenPath("heron"), { withFileTypes: true })
  .filter(
    (entry) => entry.isDirectory() && readdirSync(goldenPath("heron", entry.name)).includes("job-configuration.json"),
  )
  .map(({ name }) => name);

const golden = (name: string): JobConfiguration =>
  goldenJson("heron", name, "job-configuration.json") as JobConfiguration;

/** Through the bytes of a call, and the server side's reading of them. */
function overTheWire(job: JobConfiguration): JobConfiguration | undefined {
  return jobFromThrift(readCall(createBody(job)).args[0] as object);
}

function createBody(job: JobConfiguration): Buffer {
  return encodeCall((scheduler, done) => scheduler.createJob(jobToThrift(job), done));
}

describe("jobToThrift and jobFromThrift", () => {
  it("bring every recorded job configuration over the wire unchanged", () => {
    assert.equal(goldenNames.length, 24);
    for (const name of goldenNames) {
      assert.deepEqual(overTheWire(golden(name)), golden(name), name);
    }
  });

  it("bring any job over the wire unchanged, without whitespace outside strings", () => {
    fc.assert(
      fc.property(anyJob, (generated) => {
        const job = structuredClone(generated);
        assert.deepEqual(overTheWire(job), job);
        assert.doesNotMatch(
          createBody(job)
            .toString()
            .replace(/"(?:[^"\\]|\\.)*"/gs, '""'),
          /\s/,
        );
      }),
    );
  });

  it("say the same bytes for the same job, in whatever order its executor data came", () => {
    const job = golden("G-prod");
    const { data } = job.taskConfig.executorConfig;
    const turned = {
      ...job,
      taskConfig: { ...job.taskConfig, executorConfig: { name: "AuroraExecutor", data: reversed(data) } },
    };
    assert.notDeepEqual(Object.keys(turned.taskConfig.executorConfig.data), Object.keys(data));
    assert.deepEqual(createBody(turned), createBody({ ...job }));
  });

  it("refuse numbers that the scheduler's types cannot hold", () => {
    const job = golden("G-prod");
    const withTask = (change: object): JobConfiguration => ({ ...job, taskConfig: { ...job.taskConfig, ...change } });
    for (const broken of [
      { ...job, instanceCount: 1.5 },
      { ...job, instanceCount: 2 ** 31 },
      withTask({ priority: Number.NaN }),
      withTask({ resources: [{ ramMb: 0.5 }] }),
      withTask({ resources: [{ diskMb: 2 ** 53 }] }),
      withTask({ resources: [{ numCpus: Number.POSITIVE_INFINITY }] }),
    ]) {
      assert.throws(() => jobToThrift(broken), UserError);
    }
  });

  it("take what is no Thermos task for none", () => {
    const task = jobToThrift(golden("G-prod")).taskConfig;
    for (const data of ["not json", "[1]", "null", "", undefined]) {
      assert.equal(
        taskFromThrift({ ...task, executorConfig: { name: "AuroraExecutor", data: data ?? null } }),
        undefined,
      );
    }
    assert.equal(taskFromThrift({ ...task, executorConfig: null }), undefined);
  });
});

describe("canonicalJson", () => {
  it("is JSON of the same value, the same for every order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = canonicalJson(value);
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
        assert.equal(canonicalJson(reversed(value)), text);
      }),
    );
  });
});

function reversed<T>(value: T): T {
  if (Array.isArray(value)) {
    return value.map(reversed) as T;
  }
  return typeof value === "object" && value !== null
    ? (Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, member]: [string, unknown]) => [key, reversed(member)]),
      ) as T)
    : value;
}

const word = fc.stringMatching(/^[\w.-]{1,12}$/);
// Half a surrogate pair is no text and has no UTF-8.
const text = fc.string({ unit: "grapheme", maxLength: 20 });
const key = fc.record({ role: word, environment: word, name: word });
const int32 = fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 });

const resource: fc.Arbitrary<Resource> = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((numCpus) => ({ numCpus: numCpus + 0 })),
  fc.maxSafeNat().map((ramMb) => ({ ramMb })),
  fc.maxSafeNat().map((diskMb) => ({ diskMb })),
  word.map((namedPort) => ({ namedPort })),
  fc.maxSafeNat().map((numGpus) => ({ numGpus })),
);
const constraint: fc.Arbitrary<Constraint> = fc.oneof(
  fc.record({
    name: text,
    constraint: fc.record({ value: fc.record({ negated: fc.boolean(), values: fc.array(text, { maxLength: 3 }) }) }),
  }),
  fc.record({ name: text, constraint: fc.record({ limit: fc.record({ limit: int32 }) }) }),
);
const container: fc.Arbitrary<Container> = fc.oneof(
  fc.record({
    mesos: fc.record(
      {
        image: fc.oneof(
          fc.record({ docker: fc.record({ name: text, tag: text }) }),
          fc.record({ appc: fc.record({ name: text, imageId: text }) }),
        ),
        volumes: fc.array(fc.record({ containerPath: text, hostPath: text, mode: fc.constantFrom(1, 2) }), {
          minLength: 1,
          maxLength: 2,
        }),
      },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    docker: fc.record(
      { image: text, parameters: fc.array(fc.record({ name: text, value: text }), { minLength: 1, maxLength: 2 }) },
      { requiredKeys: ["image"] },
    ),
  }),
);
const anyJob: fc.Arbitrary<JobConfiguration> = fc.record({
  key,
  owner: fc.record({ user: word }),
  cronCollisionPolicy: fc.constantFrom(0, 1, 2),
  instanceCount: int32,
  taskConfig: fc.record(
    {
      job: key,
      owner: fc.record({ user: word }),
      isService: fc.boolean(),
      priority: int32,
      maxTaskFailures: int32,
      production: fc.boolean(),
      tier: word,
      resources: fc.array(resource, { maxLength: 5 }),
      constraints: fc.array(constraint, { maxLength: 3 }),
      // Thrift's own reader takes this one key for the object's prototype.
      taskLinks: fc.dictionary(
        word.filter((name) => name !== "__proto__"),
        text,
        { maxKeys: 3 },
      ),
      contactEmail: text,
      executorConfig: fc.record({
        name: word,
        data: fc.dictionary(
          word,
          fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown),
          {
            maxKeys: 4,
          },
        ),
      }),
      metadata: fc.array(fc.record({ key: text, value: text }), { maxLength: 3 }),
      container,
      mesosFetcherUris: fc.array(
        fc.record(
          { value: text, extract: fc.boolean(), cache: fc.boolean(), outputFile: text },
          { requiredKeys: ["value", "extract", "cache"] },
        ),
        { minLength: 1, maxLength: 2 },
      ),
    },
    {
      requiredKeys: [
        "job",
        "owner",
        "isService",
        "priority",
        "maxTaskFailures",
        "production",
        "resources",
        "constraints",
        "taskLinks",
        "executorConfig",
        "metadata",
        "container",
      ],
    },
  ),
});
