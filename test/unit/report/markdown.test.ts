import assert from "node:assert/strict";
import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { markdownReport } from "../../../scripts/report/markdown";
import { escapeMarkdown, escapeMermaid } from "../../../scripts/report/markdown/escape";
import { hostileText } from "../hostile";
import { everyChange, job, reportOf, sideOf } from "./fixtures";

/** As GitHub and GitLab read it: tables, HTML let through, addresses turned into links. */
const parser = new MarkdownIt({ html: true, linkify: true });

describe("a report in Markdown", () => {
  it("says by word and sign what is done to each topology, the most dangerous first", () => {
    const text = markdownReport(everyChange());
    const rows = text.split("\n").filter((line) => /^\| .*(&#8252;|&#33;|\+|=) .*<code>/.test(line));
    assert.match(
      rows[0] ?? "",
      /<b>&#8252; DANGER&#58; kill<\/b> \| <code>Goes<\/code> \| kill 3 containers \| 3 → none/,
    );
    assert.match(rows[2] ?? "", /&#33; Caution&#58; roll \| <code>Rolls<\/code>/);
    assert.match(text, /\+ scale out \| <code>Grows<\/code> \| scale out 3 → 4 containers \| 3 → 4/);
    assert.match(text, /= unchanged \| <code>Stays<\/code>/);
  });

  it("folds the details of each topology that changes: numbers, graph, streams and containers", () => {
    const text = markdownReport(everyChange());
    assert.equal(text.match(/<details>/g)?.length, 6, "five topologies that change, and the other resources");
    const grows = text.slice(text.indexOf("<summary>+ scale out"));
    assert.match(grows, /\*\*instances of bolt\*\* \| 2 \| 4/);
    assert.match(
      grows,
      /c0\(\["spout<br>spout, 2 instances"\]\)\n {2}c1\["bolt<br>bolt, 2 → 4 instances"\]\n {2}c0 -- "default#58; fields \(word\)" --> c1/,
    );
    assert.match(grows, /Containers before:.*Containers after:.*3 \(new\)/s);
  });

  it("tells of the quota what is used, what will be, and that it is too much", () => {
    assert.match(
      markdownReport(everyChange()),
      /cpu \| 9 cores \| 21 cores \| 20 cores \| <b>‼ DANGER: more than the quota<\/b>/,
    );
  });

  it("says of a role whose scheduler could not be asked that its quota is not told", () => {
    assert.match(
      markdownReport(reportOf([], { unasked: ["heron"] })),
      /^> Without the quota of the role heron&#58; .* not be asked/m,
    );
  });

  it("says when the preview has failed, and what is not in its sums", () => {
    const text = markdownReport(reportOf([], { source: { incomplete: true, unlisted: 4 } }));
    assert.match(text, /ended with errors/);
    assert.match(text, /4 unchanged resources are not listed/);
  });

  it("stays within what a comment may have, and says how many topologies are left out", () => {
    const jobs = Array.from({ length: 60 }, (_, index) =>
      job("create", { after: sideOf({ name: `Topology${index}` }) }),
    );
    const text = markdownReport(reportOf(jobs));
    assert.ok(text.length <= 65_536, String(text.length));
    const left = /> (\d+) topologies more/.exec(text)?.[1];
    assert.equal(Number(left) + (text.match(/<details>/g)?.length ?? 0), 60);
  });

  it("shows hostile names as they are: no name becomes markup, a link, or another cell", () => {
    const name = fc.oneof(
      hostileText,
      fc.constantFrom(
        "</code><script>",
        "|",
        "@everyone",
        "#1",
        "www.example.com",
        "https://a.example",
        "](x)",
        "</details>",
      ),
    );
    const harmless = shape(render({ spout: "spout", bolt: "bolt", stream: "stream", field: "field" }));
    fc.assert(
      fc.property(name, name, name, name, (spout, bolt, stream, field) => {
        fc.pre(spout !== bolt && spout !== "" && bolt !== "");
        assert.deepEqual(shape(render({ spout, bolt, stream, field })), harmless);
      }),
    );
  });

  it("escapes every text to what means the same", () => {
    const text = fc.oneof(hostileText, fc.string({ unit: "grapheme" }));
    fc.assert(
      fc.property(text, (each) => {
        assert.equal(decoded(escapeMarkdown(each)), each);
        assert.doesNotMatch(escapeMarkdown(each).replace(/&#\d+;/g, ""), /["'`&<>*_~|\\[\]#@!:./-]|\n/);
        assert.doesNotMatch(escapeMermaid(each), /["<>&`\n;](?<!#\d+;)/);
      }),
    );
  });
});

function render(names: { spout: string; bolt: string; stream: string; field: string }): string {
  const before = sideOf({ name: names.bolt, ...names });
  return parser.render(markdownReport(reportOf([job("update", { before, after: before })])));
}

/** The tags of a page, without what stands between them. */
function shape(html: string): string[] {
  return html.match(/<[^>]*>/g) ?? [];
}

function decoded(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
