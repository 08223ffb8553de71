import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";

import {
  forStateTree,
  readDefinition,
  withContainerCount,
  writeDefinition,
} from "../../../../components/heron/definition";
import { goldenJson, goldenPath } from "../../../support/paths";

function foldersWith(file: string): string[] {
  return readdirSync(goldenPath("heron")).filter((folder) => existsSync(goldenPath("heron", folder, file)));
}

function goldenDefinition(folder: string): Buffer {
  return readFileSync(goldenPath("heron", folder, "definition.defn"));
}

describe("definitions that heron-api, heronpy and C++ emitted", () => {
  it("are written back byte for byte", () => {
    const folders = foldersWith("definition.defn");
    for (const folder of folders) {
      const bytes = goldenDefinition(folder);
      assert.equal(Buffer.from(writeDefinition(readDefinition(bytes, folder))).toString("hex"), bytes.toString("hex"));
    }
    assert.equal(folders.length, 33);
  });

  it("are what Heron's submitter wrote to the state tree once stripped and told the plan's container count", () => {
    const compared: string[] = [];
    for (const folder of foldersWith("definition.defn")) {
      const submitted = goldenNodes(folder);
      if (submitted === undefined) continue;
      const topology = readDefinition(goldenDefinition(folder), folder);
      const written = writeDefinition(forStateTree(withContainerCount(topology, submitted.containers)));
      assert.equal(Buffer.from(written).toString("hex"), submitted.hex, folder);
      compared.push(folder);
    }
    assert.equal(compared.length, 24, compared.join(" "));
  });
});

/** The topology node after `heron submit`, and the container count of the packing plan beside it. */
function goldenNodes(folder: string): { hex: string; containers: number } | undefined {
  if (!existsSync(goldenPath("heron", folder, "state.json"))) return undefined;
  const tree = Object.entries(goldenJson("heron", folder, "state.json") as Record<string, Node>);
  const hex = tree.find(([path]) => /^topologies\/./.test(path))?.[1].hex;
  const plans = tree.find(([path]) => /^packingplans\/./.test(path))?.[1].content?.container_plans;
  return hex === undefined || plans === undefined ? undefined : { hex, containers: plans.length };
}

interface Node {
  readonly hex?: string;
  readonly content?: { readonly container_plans?: readonly unknown[] };
}
