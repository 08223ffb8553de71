import assert from "node:assert/strict";
import { inspect } from "node:util";
import { describe, it } from "mocha";
import fc from "fast-check";
import { connectAurora } from "../../../components/aurora/client";
import { AuroraError, redactor } from "../../../components/aurora/errors";
import { answerCode, serve, type SeenRequest } from "./servers";
import type { ServerResponse } from "node:http";

const job = { cluster: "devcluster", role: "heron", environment: "devel", name: "WordCount" };

/** Answers that throw what came with the request back at the caller, wherever an answer has room for it. */
const ECHOES: readonly ((secrets: string, request: SeenRequest, response: ServerResponse) => void)[] = [
  (secrets, request, response) => answerCode(request, response, 0, secrets),
  (secrets, request, response) => answerCode(request, response, 4, secrets),
  (secrets, request, response) => answerCode(request, response, 6, secrets),
  (secrets, _request, response) => response.writeHead(401).end(secrets),
  (secrets, _request, response) => response.writeHead(404, { "content-type": "text/html" }).end(secrets),
  (secrets, _request, response) => response.writeHead(500, { "content-type": "text/html" }).end(secrets),
  (secrets, _request, response) => response.writeHead(200, { "content-type": "text/html" }).end(secrets),
  (secrets, _request, response) =>
    response.writeHead(301, { location: `http://a.example/${encodeURIComponent(secrets)}` }).end(),
  (secrets, _request, response) =>
    response.writeHead(307, { location: `ftp://${encodeURIComponent(secrets)}@a.example/` }).end(),
  (_secrets, request) => request.socket.destroy(),
];

describe("an error", () => {
  it("holds no credential, whatever the scheduler puts into its answer", async () => {
    let echo = 0;
    const server = await serve((request, response) => {
      const token = request.headers.authorization?.replace("Basic ", "") ?? "";
      const secrets = `${token} ${Buffer.from(token, "base64").toString("utf8").split(":")[1] ?? ""}`;
      ECHOES[echo]!(secrets, request, response);
    });
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.nat(ECHOES.length - 1),
          fc.boolean(),
          // Long and odd enough to be in no message of itself, and without the colon that parts it from the user.
          fc
            .string({ unit: "grapheme-ascii", minLength: 8, maxLength: 24 })
            .map((text) => `~${text.replaceAll(":", "^")}~`),
          async (which, reads, password) => {
            echo = which;
            const credentials = { username: "ada", password };
            const aurora = connectAurora({
              cluster: "devcluster",
              scheduler: { url: server.url },
              credentials,
              retryForMs: 0,
            });
            const error: unknown = await (reads ? aurora.tasks(job) : aurora.killTasks(job, "all")).catch(
              (reason: unknown) => reason,
            );
            await aurora.close();
            assert.ok(error instanceof AuroraError, String(error));
            const token = Buffer.from(`ada:${password}`).toString("base64");
            for (const shown of [error.message, String(error), inspect(error, { depth: 9 }), JSON.stringify(error)]) {
              assert.ok(!shown.includes(password), shown);
              assert.ok(!shown.includes(token), shown);
            }
          },
        ),
        { numRuns: 150 },
      );
    } finally {
      await server.close();
    }
  });
});

describe("redactor", () => {
  it("leaves nothing of any secret, even where one holds another", () => {
    const redact = redactor(["abc", "", "abcdef"]);
    assert.equal(redact("x abcdef y abc z"), "x [secret] y [secret] z");
    assert.equal(redactor([])("x"), "x");
  });
});
