import assert from "node:assert/strict";
import type { FetchProbeInputs } from "../../../components/probe/inputs";
import { fetchProbe, type FetchProbeProperties } from "../../../components/probe/lifecycle";

const inputs: FetchProbeInputs = {
  jobKey: "west/heron/prod/heron-fetch-probe-0",
  scheduler: { url: "https://aurora.example" },
  corePackage: "s3://packages/heron/core/heron-core.tar.gz",
  taskHash: "a".repeat(64),
  access: "b".repeat(64),
  payload: "c".repeat(64),
  owner: "team/prod",
};
const diff = (changes: Partial<FetchProbeInputs>) =>
  fetchProbe.diff("", { probe: inputs }, { probe: { ...inputs, ...changes } });

describe("a fetch probe, in the engine's eyes", () => {
  it("is run again for another task or scheduler, and for others who may read", () => {
    for (const changed of [{ taskHash: "d" }, { access: "d" }, { scheduler: { url: "https://other.example" } }])
      assert.deepEqual(diff(changed), { changes: true, replaces: [], deleteBeforeReplace: false });
  });

  it("is not run again where only its configuration lies elsewhere", () => {
    assert.equal(diff({ payload: "d" }).changes, false);
  });

  it("is another one only under another job key", () => {
    assert.deepEqual(diff({ jobKey: "west/heron/prod/other" }).replaces, ["probe"]);
  });

  it("is not taken for another one in a preview that does not know yet who may read", () => {
    // The engine's text for what is only known later.
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9" as unknown as FetchProbeInputs;
    const properties: FetchProbeProperties = { probe: unknown };
    assert.deepEqual(fetchProbe.diff("", { probe: inputs }, properties).replaces, []);
  });
});
