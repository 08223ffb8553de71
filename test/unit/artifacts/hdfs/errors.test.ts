import assert from "node:assert/strict";
import { explainRefusal, Refusal } from "../../../../components/artifacts/hdfs/errors";

const asked = { cluster: "west", user: "heron", token: undefined, path: "/heron/core" };
const said = (status: number, exception: string | undefined, detail = "because", more: object = {}) =>
  explainRefusal(new Refusal("nn1.example:9870", status, exception, detail), { ...asked, ...more }).message;

describe("a refusal of HDFS", () => {
  it("for want of permission names the user, the path and the key to change", () => {
    assert.match(
      said(403, "AccessControlException"),
      /\/heron\/core: because\. Give heron write access.*artifacts\.hdfs\.path/,
    );
    assert.match(said(403, "AccessControlException", "", { user: undefined }), /artifacts\.hdfs\.user is not set/);
    assert.match(said(403, "AccessControlException", "", { user: undefined, token: "t" }), /the token's user/);
  });

  it("for want of a token, or of one that is valid, tells where it goes", () => {
    assert.match(said(401, undefined, ""), /wants authentication\. Set heron:credentials\.west\.hdfs\.token/);
    for (const [status, exception, detail] of [
      [401, undefined, ""],
      [403, "InvalidToken", "token can't be found in cache"],
      [403, "SecurityException", "Failed to obtain user group information: token (for heron) is expired"],
      [403, "AuthenticationException", "because"],
      [403, undefined, ""],
    ] as const) {
      assert.match(said(status, exception, detail, { token: "t" }), /has expired, or is another cluster's/);
    }
  });

  it("for a quota is told as one", () => {
    assert.match(said(403, "DSQuotaExceededException", "the quota is 5"), /the quota is 5\. Raise the folder's quota/);
  });

  it("by something else than WebHDFS is told as a wrong address", () => {
    assert.match(said(404, undefined), /nn1\.example:9870 answers as no WebHDFS does \(HTTP 404\).*9870.*14000/);
  });

  it("passes by itself where the namenode is a standby or starts, and only there", () => {
    const passing = (status: number, exception?: string) => new Refusal("nn1", status, exception, "").passing;
    assert.ok(passing(403, "StandbyException") && passing(403, "SafeModeException") && passing(503));
    assert.ok(!passing(403, "AccessControlException") && !passing(404));
  });
});
