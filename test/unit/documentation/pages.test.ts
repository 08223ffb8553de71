import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CORE_SCHEMA, load } from "js-yaml";
import MarkdownIt from "markdown-it";
import { type Documents, validate } from "../../../components/config/validate";
import { repoRoot } from "../../support/paths";

const pages = ["README.md", ...readdirSync(join(repoRoot, "docs")).map((name) => `docs/${name}`)].filter((page) =>
  page.endsWith(".md"),
);
const tokensOf = (page: string) => new MarkdownIt().parse(readFileSync(join(repoRoot, page), "utf8"), {});

describe("the pages of this project", () => {
  it("show the topology that npm start deploys as it is", () => {
    const shown = tokensOf("README.md").find(({ content }) =>
      content.startsWith("# stacks/topologies/wordcount.yaml\n"),
    );
    const [, ...lines] = readFileSync(join(repoRoot, "stacks/topologies/wordcount.yaml"), "utf8").split("\n");
    assert.deepEqual(shown?.content.split("\n").slice(1), lines);
  });

  for (const page of pages) {
    it(`lead to files and headings that are there: ${page}`, () => {
      const links = tokensOf(page)
        .flatMap(({ children }) => children ?? [])
        .flatMap((token) => token.attrGet("href") ?? token.attrGet("src") ?? [])
        .filter((link) => !link.includes(":"));
      for (const link of links) {
        const [path = "", heading] = link.split("#");
        const target = path === "" ? page : join(dirname(page), path);
        assert.ok(existsSync(join(repoRoot, target)), `${page}: ${link}`);
        if (heading !== undefined) assert.ok(anchorsOf(target).includes(heading), `${page}: ${link}`);
      }
    });

    it(`name tests and modules that are there: ${page}`, () => {
      const named = tokensOf(page)
        .flatMap(({ children }) => children ?? [])
        .filter(
          ({ type, content }) =>
            type === "code_inline" && /^(engine|integration|unit|test|components)\/[\w./-]+$/.test(content),
        )
        .map(({ content }) => content);
      const places = (name: string) => ["", "test/"].flatMap((folder) => [folder + name, `${folder}${name}.test.ts`]);
      const missing = named.filter((name) => !places(name).some((place) => existsSync(join(repoRoot, place))));
      assert.deepEqual(missing, []);
    });

    const documents = tokensOf(page).filter(({ type, info }) => type === "fence" && /^yaml( stacks|$)/.test(info));
    if (documents.length > 0) {
      it(`show documents that are right, as far as they are shown: ${page}`, () => {
        for (const { content, map } of documents) {
          const findings = findingsOf(load(content, { schema: CORE_SCHEMA }));
          assert.deepEqual(findings, [], `${page}, line ${map?.[0]}`);
        }
      });
    }
  }
});

/** What is wrong with a part of a document: all but what it lacks. */
function findingsOf(value: unknown): readonly string[] {
  const kind: keyof Documents = Object.hasOwn(value as object, "package") ? "topology" : "stack";
  return validate(kind, value)
    .findings.map(({ path, message }) => `${path.join(".")}: ${message}`)
    .filter((finding) => !/^\w+: required: /.test(finding));
}

/** As GitHub makes them of headings. */
function anchorsOf(page: string): readonly string[] {
  const tokens = tokensOf(page);
  return tokens
    .filter((_, index) => tokens[index - 1]?.type === "heading_open")
    .map(({ content }) =>
      content
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\- ]/gu, "")
        .replaceAll(" ", "-"),
    );
}
