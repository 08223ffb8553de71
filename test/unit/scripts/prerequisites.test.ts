import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repoRoot } from "../../support/paths";
import { scriptModule } from "../../support/script-module";

interface Tool {
  name: string;
  command: string[];
  minimum: number[];
  debian: string;
  brew: string;
  site?: string;
}

interface Prerequisites {
  testTools: Tool[];
  toolProblem(tool: Tool, version: number[] | undefined): string | undefined;
  toolProblems(tools: Tool[]): Promise<string[]>;
}

const jdk = {
  name: "JDK",
  command: ["javac", "-version"],
  minimum: [17],
  debian: "openjdk-17-jdk-headless",
  brew: "openjdk@17",
};

describe("the tools that npm test needs", () => {
  let prerequisites: Prerequisites;

  before(async () => {
    prerequisites = (await scriptModule("prerequisites.mjs")) as Prerequisites;
  });

  it("are fine when recent enough", () => {
    assert.equal(prerequisites.toolProblem(jdk, [17, 0, 15]), undefined);
    assert.equal(prerequisites.toolProblem(jdk, [21]), undefined);
  });

  it("are named with how to get them when too old", () => {
    assert.equal(
      prerequisites.toolProblem(jdk, [11, 0, 2]),
      "JDK is 11.0.2, 17 or later is needed: apt-get install openjdk-17-jdk-headless, or brew install openjdk@17",
    );
  });

  it("are all named at once when missing", async () => {
    const absent = (name: string) => ({ ...jdk, name, command: [`no-such-program-${name}`] });
    const node = { ...jdk, name: "Node", command: ["node", "--version"], minimum: [20] };
    const problems = await prerequisites.toolProblems([absent("one"), node, absent("two")]);
    assert.deepEqual(
      problems.map((problem) => problem.split(",")[0]),
      ["one is missing (no-such-program-one)", "two is missing (no-such-program-two)"],
    );
  });

  it("are those that README.md names", () => {
    const [commands = ""] = /^npm start[^]*?```/m.exec(readFileSync(join(repoRoot, "README.md"), "utf8")) ?? [];
    for (const { name } of prerequisites.testTools) {
      const word = name === "Python's venv" ? "venv" : name;
      assert.match(commands, new RegExp(`\\b${word}\\b`));
    }
  });
});
