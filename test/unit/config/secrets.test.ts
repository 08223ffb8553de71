import assert from "node:assert/strict";

import fc from "fast-check";

import { inspectCluster } from "../../../components/config/inspect";
import { formatPath } from "../../../components/finding";
import { checkSecrets, namesSecret, secretArguments } from "../../../components/config/secrets";

function lines(document: unknown, cluster?: string): readonly string[] {
  return checkSecrets(document, cluster).map(({ path, message }) => `${formatPath(path)}: ${message}`);
}

function toConfig(key: string): string {
  return (
    "a secret has no place in a document: take it out and keep it encrypted in the stack's configuration, " +
    `pulumi config set --secret --path '${key}'`
  );
}

const toAgents =
  "looks like a secret, and could be read in the package, the state tree and the Aurora job: take it out, and let the " +
  "topology read it on the agents, from a file or a secret store";

const toUploader = (cluster = "<cluster>") =>
  "the file goes to the agents with every topology package: leave it out, and heron's uploader takes the credentials that " +
  "the AWS SDK finds where heron runs; those of a profile by heron.uploader.s3.aws_profile. Into the conf dir that writeConf " +
  `writes, and nowhere else: pulumi config set --secret --path 'heron:credentials.${cluster}.uploader.secretKey', and uploader.accessKey with it`;

describe("checkSecrets", () => {
  it("tells where a cluster's secrets go, with the cluster's name", () => {
    assert.deepEqual(lines({ scheduler: { password: "sesame" } }, "west"), [
      `scheduler.password: ${toConfig("heron:credentials.west.password")}`,
    ]);
  });

  it("tells where ZooKeeper's go", () => {
    assert.deepEqual(lines({ state: { zookeeper: { password: "sesame" } } }, "west"), [
      `state.zookeeper.password: ${toConfig("heron:credentials.west.zookeeper.password")}`,
    ]);
  });

  it("quotes a cluster's dots, and leaves a place for a name that is none", () => {
    assert.deepEqual(lines({ token: "sesame" }, "eu.west"), [
      `token: ${toConfig('heron:credentials["eu.west"].password')}`,
    ]);
    for (const cluster of [undefined, "a'b"]) {
      assert.deepEqual(lines({ token: "sesame" }, cluster), [
        `token: ${toConfig("heron:credentials.<cluster>.password")}`,
      ]);
    }
  });

  it("tells the place of HDFS' delegation token", () => {
    assert.deepEqual(lines({ artifacts: { hdfs: { token: "sesame" } } }, "west"), [
      `artifacts.hdfs.token: ${toConfig("heron:credentials.west.hdfs.token")}`,
    ]);
  });

  it("tells that a topology's own secrets would be readable", () => {
    assert.deepEqual(
      lines({
        config: { "db.password": "sesame" },
        jvmProperties: { "javax.net.ssl.trustStorePassword": "sesame" },
        runtimeConfig: { "sink.password": "sesame" },
        conf: { "uploader.yaml": { "heron.uploader.s3.secret_key": 1234 } },
      }),
      [
        `config["db.password"]: ${toAgents}`,
        `jvmProperties["javax.net.ssl.trustStorePassword"]: ${toAgents}`,
        `runtimeConfig["sink.password"]: ${toAgents}`,
        `conf["uploader.yaml"]["heron.uploader.s3.secret_key"]: ${toUploader()}`,
      ],
    );
  });

  it("tells which of a topology's arguments would be readable", () => {
    assert.deepEqual(lines({ args: ["WordCount", "--db-password=sesame"] }), [`args[1]: ${toAgents}`]);
    assert.deepEqual(lines({ defaults: { args: ["--token", "sesame"] } }), [`defaults.args[1]: ${toAgents}`]);
    assert.deepEqual(lines({ args: ["--java-opts", "-Da=b -Ddb.password=sesame"] }), [`args[1]: ${toAgents}`]);
  });

  it("tells what would be readable inside of a text, wherever the user's own words stand", () => {
    for (const [document, place] of [
      [
        { config: { "topology.worker.childopts": "-Xmx1g -Ddb.password=sesame" } },
        'config["topology.worker.childopts"]',
      ],
      [{ jvmProperties: { url: "jdbc:postgresql://ada:sesame@db.example/words" } }, "jvmProperties.url"],
      [{ config: { url: "jdbc:postgresql://db.example/words?user=ada&password=sesame" } }, "config.url"],
      [{ config: { url: "jdbc:postgresql://db.example/words?password=sesame&user=ada" } }, "config.url"],
      [{ config: { url: "jdbc:sqlserver://db.example;user=ada;password=sesame" } }, "config.url"],
      [{ config: { sink: "user=ada,password=sesame" } }, "config.sink"],
      [{ config: { options: "--java-opts=-Ddb.password=sesame" } }, "config.options"],
      [{ metadata: { docs: "https://ada:sesame@docs.example" } }, "metadata.docs"],
      [{ conf: { "scheduler.yaml": { "heron.x": ["--token sesame"] } } }, 'conf["scheduler.yaml"]["heron.x"][0]'],
      [{ fetch: { core: "fetch --token sesame {{{uri}}}" } }, "fetch.core"],
      [{ fetch: { topology: "curl -u ada:sesame {{{uri}}}" } }, "fetch.topology"],
      [{ fetch: { core: "curl -H 'Authorization: Bearer sesame' {{{uri}}}" } }, "fetch.core"],
      [{ fetch: { core: "curl -H 'X-Api-Key: sesame' {{{uri}}}" } }, "fetch.core"],
      [{ fetch: { core: "curl -fsSLu ada:sesame {{{uri}}}" } }, "fetch.core"],
      [{ fetch: { core: "curl -sSuada:sesame {{{uri}}}" } }, "fetch.core"],
      [{ fetch: { core: "curl -fU ada:sesame {{{uri}}}" } }, "fetch.core"],
      [{ fetch: { core: "curl -fsSLH 'X-Api-Key: sesame' {{{uri}}}" } }, "fetch.core"],
      [{ fetch: { core: 'wget --header="X-Vault-Token: sesame" {{{uri}}}' } }, "fetch.core"],
      [{ fetch: { core: "curl --oauth2-bearer sesame {{{uri}}}" } }, "fetch.core"],
      [{ fetch: { core: "cd words;PASSWORD=sesame get {{{uri}}}" } }, "fetch.core"],
      [{ fetch: { core: "cd words&&(PASSWORD=sesame get {{{uri}}})" } }, "fetch.core"],
      [{ fetch: { core: "curl \\\n -u ada:sesame {{{uri}}}" } }, "fetch.core"],
      [{ fetch: { core: "DB_PASSWORD='sesame' fetch --token=\"sesame\" {{{uri}}}" } }, "fetch.core"],
      [
        { config: { "sasl.jaas.config": 'Module required username="ada" password="sesame";' } },
        'config["sasl.jaas.config"]',
      ],
      [{ config: { options: "--db-password $ecret" } }, "config.options"],
      [{ config: { sink: '{"user": "ada", "password": "sesame"}' } }, "config.sink"],
      [{ config: { sink: '{"user": "string", "password": "strings"}' } }, "config.sink"],
      [{ config: { sink: "Server=db.example;UID=ada;PWD=sesame" } }, "config.sink"],
      [{ args: ['{"sink":{\\"db.password\\":\\"sesame\\"}}'] }, "args[0]"],
      [{ slaPolicy: { coordinatorUrl: "https://ada:sesame@sla.example" } }, "slaPolicy.coordinatorUrl"],
      [{ slaPolicy: { coordinatorUrl: "https://sla.example/ask?token=sesame" } }, "slaPolicy.coordinatorUrl"],
      [
        { container: { docker: { parameters: [{ name: "env", value: "DB_PASSWORD=sesame" }] } } },
        "container.docker.parameters[0].value",
      ],
    ] as const)
      assert.deepEqual(lines(document), [`${place}: ${toAgents}`]);
  });

  it("leaves alone what a shell on the agents puts into a command", () => {
    for (const core of [
      'curl -u "ci:$(cat /etc/heron/password)" -o {{{file}}} {{{uri}}}',
      'curl -fsSLu "ci:$PASSWORD" -o {{{file}}} {{{uri}}}',
      "curl -fsSLo {{{file}}} -w status:%{http_code} -oout:put -H 'Accept: text/plain' {{{uri}}}",
      'curl -H "Authorization: Bearer $TOKEN" -o {{{file}}} {{{uri}}}',
      "fetch --token $TOKEN --password=`cat /etc/heron/password` {{{uri}}}",
      "curl https://ci:${TOKEN}@mirror.example/core.tar.gz",
      "curl -H 'Authorization: Token token=$TOKEN' {{{uri}}}",
      "fetch --secret < /etc/heron/secret {{{uri}}}",
      "cd words;PASSWORD=$(cat /etc/heron/password) get {{{uri}}}",
      'curl -H "X-Api-Key: $KEY" "https://mirror.example/core?user=ci&password=${PASSWORD}"',
      "curl --oauth2-bearer $TOKEN -H 'Accept: text/plain' -H 'X-Trace-Key: words' {{{uri}}}",
      "curl -o {{{file}}} {{{uri}}} && rsync -avu mirror:/words /words",
      "curl -s {{{uri}}} | sort -nu words:txt; docker run -u 1000:1000 words",
    ])
      assert.deepEqual(lines({ fetch: { core } }), [], core);
    assert.deepEqual(lines({ metadata: { docs: "start it with --token FILE" } }), []);
  });

  it("leaves alone settings that are no secrets, and placeholders", () => {
    for (const text of [
      "jdbc:postgresql://db.example/words?user=ada&passwordless=true&token.count=5;partition.key=word",
      "jdbc:postgresql://db.example/words?user=ada&password=${password}&ssl=true",
      "jdbc:postgresql://ada:${db.password}@db.example/words",
      "user=ada;password=;tokens=7,split.token=comma",
      "-Dtoken.count=5 --java-opts=-Dpassword.file=/etc/heron/db",
      "-Ddb.password=${DB_PASSWORD}",
      "a=b,c=d;e=f&g=h|i=(j=k)",
      "X-Api-Key: the header that it sends",
      '{"password": "${db.password}", "token": "", "secret": null, "split.token": "comma"}',
      '{"tokenizer": {"token": "[a-z]+"}, "password": "{{ vault.db }}", "api_key": "${file:/etc/words:key}"}',
      '{"user": "string", "password": "string"}',
      '{"test": "words", "pass": "fail"}',
      "PWD=/opt/words ./count -pass 1 --pwd .. -Dinitial.pass=two",
      '{\\"user\\":\\"string\\",\\"password\\":\\"string\\"}',
      "CREATE TABLE users (name TEXT, password TEXT)",
      "-Dnopassword=true",
      "--ask-password=false",
    ])
      for (const document of [{ config: { text } }, { args: [text] }, { metadata: { text } }])
        assert.deepEqual(lines(document), [], JSON.stringify(document));
  });

  it("takes what follows a placeholder, or is its default, for a secret", () => {
    for (const text of ["?password=${user}sesame", "-Dpassword=${db.password:sesame}"])
      assert.deepEqual(lines({ config: { text } }), [`config.text: ${toAgents}`], text);
  });

  it("leaves components, truths and nothings alone", () => {
    assert.deepEqual(lines({ parallelism: { token: 2 }, config: { "ask.password": true }, password: null }), []);
  });

  it("ends on a document that contains itself", () => {
    const looped: { config: object; self?: unknown } = { config: { secret: "sesame" } };
    looped.self = looped;
    assert.deepEqual(lines(looped), [`config.secret: ${toAgents}`]);
  });

  it("never shows a value", () => {
    const keys = fc.constantFrom("password", "token", "config", "zookeeper", "secretKey");
    fc.assert(
      fc.property(fc.dictionary(keys, fc.dictionary(keys, fc.constant("Sesame!1"))), (document) => {
        assert.ok(!lines(document).join().includes("Sesame!1"));
      }),
    );
  });
});

describe("namesSecret", () => {
  it("knows secrets by the last words of their keys", () => {
    for (const key of [
      "password",
      "dbPassword",
      "SECRET",
      "auth-token",
      "token",
      "api.key",
      "privateKey",
      "credentials",
      "oauth2-bearer",
      "oauth2Token",
      "dbpassword",
      "DB_TRUSTSTOREPASSWORD",
      "apikey",
      "sink.secretkey",
      "pass",
      "dbPass",
      "DB_PASS",
      "dbpass",
      "storepass",
      "pwd",
      "db.pwd",
      "dbpwd",
    ]) {
      assert.ok(namesSecret(key), key);
    }
  });

  it("takes no other word for one", () => {
    for (const key of [
      "passwordFile",
      "key",
      "split.token",
      "tokens",
      "max.token.count",
      "partition.key",
      "network.bearer",
      "passwordless",
      "sortkey",
      "author",
      "low-pass",
      "first.pass",
      "sort.2.pass",
      "bypass",
      "compass",
      "passes",
      "",
    ]) {
      assert.ok(!namesSecret(key), key);
    }
  });
});

describe("secretArguments", () => {
  it("finds settings, what follows an option, and addresses with a password", () => {
    for (const args of [
      ["--db-password=sesame"],
      ["-Djavax.net.ssl.keyStorePassword=sesame"],
      ["-Dpassword=sesame"],
      ["secret=sesame"],
      ["jdbc:postgresql://ada:sesame@db.example/words"],
      ["--url=https://:sesame@mirror.example"],
      ["--password=&sesame"],
      ["--password=${user}sesame"],
      ["-Da=b -Ddb.password=sesame"],
      ["--java-opts=-Ddb.password=sesame"],
      ["--java-opts=--verbose,-Ddb.password=sesame"],
      ["curl -u ada:sesame https://mirror.example"],
      ["jdbc:postgresql://db.example/words?user=ada&password=sesame"],
    ])
      assert.deepEqual(secretArguments(args), [0], args.join(" "));
    assert.deepEqual(secretArguments(["WordCount", "--token", "sesame", "-api-key", "sesame"]), [2, 4]);
    assert.deepEqual(secretArguments(["WordCount", "--db-pass", "sesame", "--pwd", "sesame"]), [2, 4]);
  });

  it("leaves names of files and variables, options without a value, and addresses without a password alone", () => {
    for (const args of [
      ["--password-file=/etc/heron/db", "--token-env", "DB_TOKEN"],
      ["--ask-password", "--verbose"],
      ["--password="],
      ["https://mirror.example:8443/a@b", "https://ada@mirror.example", "zk.example:2181,zk2.example:2181"],
      ["password", "sesame"],
      ["--db-password=${password}", "--token", "${token}"],
      ["--java-opts", "-Xmx1g -Dtoken.count=5 -Dpasswordless=true"],
    ])
      assert.deepEqual(secretArguments(args), [], args.join(" "));
  });
});

describe("a program's cluster", () => {
  it("is refused a secret in the conf dir, which goes to agents with every topology package", () => {
    const { findings } = inspectCluster({
      cluster: "west",
      role: "heron",
      environment: "devel",
      scheduler: { url: "http://aurora.example:8081" },
      state: { zookeeper: { servers: "zk1:2181" } },
      artifacts: { s3: { bucket: "packages", region: "eu-central-1" } },
      core: { path: "heron-core.tar.gz" },
      conf: { "uploader.yaml": { "heron.uploader.s3.bucket": "packages", "heron.uploader.s3.secret_key": "sesame" } },
    });
    assert.deepEqual(
      findings.map(({ path, message }) => `${formatPath(path)}: ${message}`),
      [`conf["uploader.yaml"]["heron.uploader.s3.secret_key"]: ${toUploader("west")}`],
    );
  });

  it("nothing is said of arguments that are neither texts nor numbers: they are for the schema to complain of", () => {
    const odd = Object.assign(Object.create(null) as object, { toString: null });
    assert.deepEqual(checkSecrets({ args: ["a", odd, ["b"], null] }, undefined), []);
  });
});
