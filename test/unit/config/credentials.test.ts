import assert from "node:assert/strict";

import fc from "fast-check";

import { parseCredentials } from "../../../components/config/credentials";
import { DocumentError } from "../../../components/config/problem";
import { problemLines } from "./documents";

const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

function lines(value: unknown): readonly string[] {
  return problemLines(() => parseCredentials(JSON.stringify(value)));
}

describe("parseCredentials", () => {
  it("gives each cluster its own", () => {
    const west = { username: "ada", password: "sesame", ca: pem, cert: pem, key: pem };
    const east = { zookeeper: { username: "heron", password: "sesame" }, hdfs: { token: "SAFE-token_1" } };
    assert.deepEqual(
      [...parseCredentials(JSON.stringify({ west, "eu.east": east }))],
      [
        ["west", west],
        ["eu.east", east],
      ],
    );
  });

  it("gives none where none are set, whatever the cluster is called", () => {
    assert.equal(parseCredentials(undefined).get("constructor"), undefined);
    assert.equal(parseCredentials("{}").get("constructor"), undefined);
  });

  it("tells what belongs together", () => {
    assert.deepEqual(lines({ a: { username: "ada" }, b: { password: "sesame" }, c: { cert: pem }, d: { key: pem } }), [
      "heron:credentials: a.username: needs 'password' beside it",
      "heron:credentials: b.password: needs 'username' beside it",
      "heron:credentials: c.cert: needs 'key' beside it",
      "heron:credentials: d.key: needs 'cert' beside it",
    ]);
  });

  it("tells what was expected and of what kind the found is, not what it is", () => {
    assert.deepEqual(
      lines({
        west: { username: "a:b", password: 1234, ca: "/etc/ca.pem", passwort: "sesame" },
        east: { zookeeper: { username: "heron", password: "" } },
        "no/cluster": {},
        south: "sesame",
      }).toSorted(),
      [
        "heron:credentials: [\"no/cluster\"]: expected letters, digits, '_', '-' and '.' alone, 1 to 255 of them, as Aurora's identifiers are, found a text (not shown)",
        "heron:credentials: east.zookeeper.password: expected a text that is not empty, found an empty text",
        "heron:credentials: south: expected a map, found a text (not shown)",
        "heron:credentials: west.ca: expected PEM text (-----BEGIN …), not a file's name, found a text (not shown)",
        "heron:credentials: west.password: expected a text that is not empty, found a number (not shown) (put it in quotes)",
        "heron:credentials: west.passwort: unknown key; did you mean 'password'?",
        "heron:credentials: west.username: expected a user name without ':', found a text (not shown)",
      ],
    );
  });

  it("tells how they are set when it finds no JSON, and shows nothing of it", () => {
    assert.deepEqual(
      problemLines(() => parseCredentials("sesame")),
      [
        "heron:credentials: (document): expected a map of clusters, found a text that is no JSON: set its parts with pulumi config set --secret --path 'heron:credentials.<cluster>.password'",
      ],
    );
  });

  it("never shows a value, wherever it stands", () => {
    const secret = "Sesame!1";
    const keys = fc.constantFrom("west", "username", "password", "ca", "cert", "key", "zookeeper", "other");
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, fc.constant(secret), fc.array(tie("value")), fc.dictionary(keys, tie("value"))),
    }));
    fc.assert(
      fc.property(value, fc.nat({ max: 8 }), (credentials, cut) => {
        const json = JSON.stringify(credentials);
        try {
          parseCredentials(json.slice(0, json.length - cut));
        } catch (error) {
          assert.ok(error instanceof DocumentError);
          assert.ok(!error.message.includes(secret) && !JSON.stringify(error.problems).includes(secret));
        }
      }),
    );
  });
});
