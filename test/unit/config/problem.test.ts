import assert from "node:assert/strict";

import { oncePerLine, oncePerPlace, type Problem } from "../../../components/config/problem";

const one: Problem = { file: "stacks/prod.yaml", path: "defaults.tier", message: "has no quota" };
const again: Problem = { ...one };
const otherWords: Problem = { ...one, message: "is unknown" };
const otherPlace: Problem = { ...one, path: "tier" };
const otherFile: Problem = { ...one, file: "stacks/defaults.yaml" };
const all = [one, again, otherWords, otherPlace, otherFile];

describe("problems that are told", () => {
  it("once per place are the first of each place, whatever else is said of it", () => {
    assert.deepEqual(oncePerPlace(all), [one, otherPlace, otherFile]);
  });

  it("once per line are all that do not read alike", () => {
    assert.deepEqual(oncePerLine(all), [one, otherWords, otherPlace, otherFile]);
  });

  it("of no place are apart from those that have one", () => {
    const ofTheFile: Problem = { file: one.file, message: one.message };
    assert.deepEqual(oncePerPlace([one, ofTheFile]), [one, ofTheFile]);
    assert.deepEqual(oncePerLine([one, ofTheFile]), [one, ofTheFile]);
  });
});
