import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HeronClusterArgs } from "../../../components/cluster-args";
import { openCache } from "../../../components/cache";
import { readDefinition, writeDefinition } from "../../../components/heron/definition";
import { stringEntry } from "../../../components/heron/definition/config";
import { planJob } from "../../../components/plan/job";
import { prepareTopology } from "../../../components/plan/prepare";
import type { HeronTopologyArgs } from "../../../components/topology-args";
import { heronRules } from "../../../policies/heron";
import { withPayloads } from "../../../policies/payloads";
import type { RegisteredResource } from "../../../policies/resource";
import { repoRoot } from "../../support/paths";
import { keptJob } from "../../../components/job/registration";
import { jobType } from "../../../components/job/urn";
import { jsonText, ofJsonText } from "../../../components/json-text";

const sha256 = "ab".repeat(32);
const sized = {
  "topology.container.cpu": 3,
  "topology.container.ram": 4294967296,
  "topology.container.disk": 8589934592,
};

interface Stack {
  readonly environment?: string;
  readonly core?: string;
  readonly fetch?: HeronClusterArgs["fetch"];
  /** Text of a heron.aurora of the user's, for the `heron` CLI. */
  readonly heronAurora?: string;
  readonly topology?: Partial<HeronTopologyArgs>;
}

/** The job of a topology in production, as the engine registers it; all rules are kept unless `stack` breaks them. */
async function job({
  environment = "prod",
  core,
  fetch,
  heronAurora,
  topology = {},
}: Stack = {}): Promise<RegisteredResource> {
  const prepared = await prepareTopology({
    cluster: {
      cluster: "west",
      role: "heron",
      environment,
      scheduler: { url: "http://aurora.example:8081" },
      state: { zookeeper: { servers: "zk.example:2181" } },
      artifacts: { directory: { path: "/mnt/heron" } },
      core: { path: "heron-core.tar.gz" },
      ...(fetch && { fetch }),
      ...(heronAurora !== undefined && { submitter: "heron-cli", heronAurora: "heron.aurora" }),
    },
    ...(heronAurora !== undefined && { heronAurora }),
    core: { uri: core ?? `file:///mnt/heron/core/heron-core-${sha256}.tar.gz`, sha256 },
    topology: {
      name: "WordCount",
      package: "wordcount.jar",
      definition: "wordcount.defn",
      // Which `heron` cannot be told.
      ...(heronAurora === undefined && { config: sized }),
      ...topology,
    },
    baseDirectory: join(repoRoot, "examples", "wordcount"),
  });
  const { inputs } = await planJob(prepared, "file:///mnt/heron/WordCount.tar.gz", "project/stack");
  return { type: jobType, name: "WordCount", props: { ...keptJob(inputs) } };
}

const config = (more: HeronTopologyArgs["config"]): Stack => ({ topology: { config: { ...sized, ...more } } });

/** What is wrong with a stack of this job, by rule. */
async function violations(resource: RegisteredResource): Promise<Readonly<Record<string, readonly string[]>>> {
  const resources = await withPayloads([resource, { type: "a:b:C", name: "x", props: {} }], openCache());
  return Object.fromEntries(
    heronRules.map((rule) => [rule.name, rule.check(resources)] as const).filter(([, texts]) => texts.length > 0),
  );
}

describe("the policy pack's rules on topologies", () => {
  it("are kept by a production topology that meets them", async () => {
    assert.deepEqual(await violations(await job()), {});
    assert.deepEqual(await violations(await job({ topology: { config: sized, update: { watchSeconds: 30 } } })), {});
  });

  it("leave other environments alone", async () => {
    const careless = { "topology.stmgrs": 1, "db.password": "s3cr3t" };
    assert.deepEqual(await violations(await job({ environment: "staging", topology: { config: careless } })), {});
  });

  it("hold protected topologies of other environments too", async () => {
    const careless = await job({ environment: "staging", topology: { config: { ...sized, "topology.stmgrs": 1 } } });
    assert.deepEqual(Object.keys(await violations({ ...careless, opts: { protect: true } })), ["heron-two-containers"]);
    assert.deepEqual(await violations({ ...careless, opts: { protect: false } }), {});
  });

  const failing: readonly (readonly [rule: string, stack: Stack, text: RegExp])[] = [
    ["heron-two-containers", config({ "topology.stmgrs": 1 }), /fewer than two containers.*raise topology\.stmgrs/],
    ["heron-health-gates", { topology: { config: sized, update: { watchSeconds: 0 } } }, /watchSeconds above 0/],
    [
      "heron-health-gates",
      { topology: { config: sized, update: { rollbackOnFailure: false } } },
      /rollbackOnFailure on/,
    ],
    [
      "heron-named-resources",
      { topology: { config: { "topology.container.ram": 4294967296 } } },
      /leaves topology\.container\.cpu, topology\.container\.disk to defaults; name them in the document's config/,
    ],
    [
      "heron-checkpoint-interval",
      config({ "topology.reliability.mode": "EFFECTIVELY_ONCE" }),
      /set topology\.stateful\.checkpoint\.interval\.seconds in the document's config/,
    ],
    [
      "heron-no-secrets",
      config({ "db.password": "s3cr3t" }),
      /a secret in its configuration's 'db\.password'; take it out/,
    ],
    [
      "heron-no-secrets",
      config({ "topology.worker.childopts": "-Xmx1g -Djavax.net.ssl.keyStorePassword=s3cr3t" }),
      /its configuration's 'topology\.worker\.childopts'/,
    ],
    [
      "heron-no-secrets",
      config({ "sink.url": "jdbc:postgresql://db.example/words?user=ada&password=s3cr3t" }),
      /its configuration's 'sink\.url'/,
    ],
    [
      "heron-no-secrets",
      { topology: { config: sized, metadata: { "api.key": "s3cr3t" } } },
      /its metadata's 'api\.key'/,
    ],
    [
      "heron-no-secrets",
      {
        topology: {
          config: sized,
          tier: "preferred",
          slaPolicy: { coordinatorUrl: "https://sla.example/?token=s3cr3t" },
        },
      },
      /the address of its SLA coordinator/,
    ],
  ];

  for (const [rule, stack, text] of failing) {
    it(`tell of a production topology that breaks ${rule}, that alone, and what to do: ${text.source}`, async () => {
      const found = await violations(await job(stack));
      assert.deepEqual(Object.keys(found), [rule]);
      const [line = "", ...others] = found[rule] ?? [];
      assert.match(line, text);
      assert.ok(line.startsWith("west/heron/prod/WordCount: "), line);
      assert.deepEqual(others, []);
      assert.ok(!line.includes("s3cr3t"), line);
    });
  }

  it("let a core package pass that agents fetch from a URL and check, and none of which nobody says the SHA-256", async () => {
    const url = "https://mirror.example/heron-core-0.20.5.tar.gz";
    const pinned = await job({ core: url, fetch: "curl" });
    assert.equal((ofJsonText(String(pinned.props.job)) as { corePackage: string }).corePackage, url);
    assert.deepEqual(await violations(pinned), {});
    const [known] = await withPayloads([pinned], openCache());
    const unchecked = JSON.parse(JSON.stringify(known).replaceAll(sha256, "")) as RegisteredResource;
    const rule = heronRules.find(({ name }) => name === "heron-core-digest") ?? assert.fail();
    const text = /^west\/heron\/prod\/WordCount: fetches a core package .* says the SHA-256; .*core\.host/;
    assert.match(rule.check([unchecked]).join(), text);
    assert.match(rule.check([pinned]).join(), text, "of which the cache knows nothing");
  });

  it("see whether a heron.aurora of the user's checks the core package that it fetches", async () => {
    const fetched = (check: string) =>
      job({
        core: "https://mirror.example/heron-core-0.20.5.tar.gz",
        fetch: "curl",
        heronAurora: `fetch = Process(name = 'fetch_heron_system', cmdline = 'curl -O {{CORE_PACKAGE_URI}} ${check}')`,
        topology: { class: "org.example.WordCount" },
      });
    assert.ok("heron-core-digest" in (await violations(await fetched(""))));
    assert.ok(
      !("heron-core-digest" in (await violations(await fetched(`&& echo ${sha256} heron-core | sha256sum -c`)))),
    );
  });

  it("let an effectively-once topology pass that says how often it makes checkpoints", async () => {
    const stateful = { "topology.reliability.mode": "EFFECTIVELY_ONCE" };
    assert.deepEqual(await violations(await job(config({ ...stateful, [interval]: 20 }))), {});
    assert.deepEqual(Object.keys(await violations(await job(config({ ...stateful, [interval]: 0 })))), [
      "heron-checkpoint-interval",
    ]);
  });

  for (const core of [
    "curl -u ci:s3cr3t -o {{{file}}} {{{uri}}}",
    "curl -H 'Authorization: Bearer s3cr3t' -o {{{file}}} {{{uri}}}",
    "fetch --token s3cr3t {{{uri}}}",
    "curl -H 'X-Api-Key: s3cr3t' -o {{{file}}} {{{uri}}}",
    "cd words;PASSWORD=s3cr3t get {{{uri}}}",
    "wget -O {{{file}}} https://ci:s3cr3t@mirror.example/core.tar.gz",
  ]) {
    it(`see the secret in a command line that agents run: ${core}`, async () => {
      assert.deepEqual(await violations(await job({ fetch: { core, topology: "cp {{{uri}}} {{{file}}}" } })), {
        "heron-no-secrets": [
          "west/heron/prod/WordCount: shows a secret in the command line of its process 'fetch_heron_system'; " +
            "take it out, and have it read on the agents, from a file or a secret store",
        ],
      });
    });
  }

  it("see a secret that the topology's own main gave to one of its components", async () => {
    const folder = mkdtempSync(join(tmpdir(), "heron-policies-"));
    try {
      const example = join(repoRoot, "examples", "wordcount");
      const definition = readDefinition(readFileSync(join(example, "wordcount.defn")), "wordcount.defn");
      definition.bolts[0]?.comp?.config?.kvs.push(stringEntry("sink.secretKey", "s3cr3t"));
      writeFileSync(join(folder, "leaky.defn"), writeDefinition(definition));
      const leaky = await job({ topology: { definition: join(folder, "leaky.defn") } });
      assert.deepEqual(await violations(leaky), {
        "heron-no-secrets": [
          "west/heron/prod/WordCount: shows a secret in the configuration's 'sink.secretKey' of its component 'count'; " +
            "take it out, and have it read on the agents, from a file or a secret store",
        ],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("hold a topology for broken of which the cache does not know what it submits", async () => {
    const { props, ...resource } = await job();
    const unknown = {
      ...resource,
      props: { ...props, job: jsonText({ ...ofJsonText(String(props.job)), payload: "0".repeat(64) }) },
    };
    const found = await violations(unknown);
    assert.deepEqual(Object.keys(found), ["heron-named-resources", "heron-checkpoint-interval", "heron-no-secrets"]);
    for (const [text] of Object.values(found))
      assert.match(text ?? "", /cannot be judged.*preview in the project's folder/);
  });

  it("wait with a topology whose job another resource of the same preview is yet to tell", async () => {
    const { props, ...resource } = await job();
    const unknown = { ...resource, props: { ...props, job: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } };
    assert.deepEqual(await violations(unknown), {});
  });
});

const interval = "topology.stateful.checkpoint.interval.seconds";
