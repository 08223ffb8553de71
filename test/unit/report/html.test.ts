import assert from "node:assert/strict";
import fc from "fast-check";
import { htmlReport } from "../../../scripts/report/html";
import { layOut } from "../../../scripts/report/html/layout";
import { Markup, markup } from "../../../scripts/report/html/markup";
import { visible } from "../../../scripts/report/visible";
import { hostileText } from "../hostile";
import { everyChange, job, reportOf, sideOf } from "./fixtures";

describe("a report as an HTML page", () => {
  it("needs nothing else: no script, no file, no address", () => {
    const page = htmlReport(everyChange());
    assert.doesNotMatch(page, /<script|<img|<iframe|<object|@import|https?:|\bon\w+=|style="/i);
    assert.match(page, /default-src &#39;none&#39;/);
  });

  it("says by word and sign what is done to each topology", () => {
    const page = htmlReport(everyChange());
    for (const text of ["DANGER: kill", "DANGER: replace", "Caution: roll", "scale out", "submit", "unchanged"])
      assert.ok(page.includes(`</span> ${text}</span>`), text);
  });

  it("draws spouts, bolts, streams and what fills the containers, and tells the same in tables", () => {
    const page = htmlReport(reportOf([job("create", { after: sideOf({ stream: "lines" }) })]));
    for (const text of [
      "A spout",
      "B bolt",
      "lines: fields (word)",
      "Containers 1–2, 2 alike",
      "bolt ×1",
      "granted in all",
    ])
      assert.ok(page.includes(text), text);
    assert.match(page, /class="stream" marker-end="url\(#arrow\)"/);
  });

  it("says what it cannot draw", () => {
    const { inputs } = sideOf();
    assert.match(
      htmlReport(reportOf([job("delete", { before: { inputs } })])),
      /Not drawn: definition and packing plan/,
    );
  });

  it("has the elements of a harmless page whatever the names are", () => {
    const harmless = shape(page("spout", "bolt", "stream", "field"));
    const name = fc.oneof(
      hostileText,
      fc.constantFrom("</title><script>alert(1)</script>", '" onload="x', "--><b>", "&lt;"),
    );
    fc.assert(
      fc.property(name, name, name, name, (spout, bolt, stream, field) => {
        fc.pre(spout !== bolt && spout !== "" && bolt !== "");
        assert.deepEqual(shape(page(spout, bolt, stream, field)), harmless);
      }),
      { numRuns: 50 },
    );
  });

  it("escapes what is put into a template, and only that", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        assert.match(markup`<b title="${text}">${text}</b>`.text, /^<b title="[^"<>]*">[^"<>]*<\/b>$/s);
      }),
    );
    assert.equal(
      markup`<p>${[markup`<b>${1}</b>`, "&", undefined, new Markup("<i>")]}</p>`.text,
      "<p><b>1</b>&amp;<i></p>",
    );
  });
});

describe("a graph's layout", () => {
  const component = (name: string) => ({ name, kind: "bolt", instances: 1 }) as const;
  const stream = (from: string, to: string) => ({ from, to, id: "default", grouping: "shuffle", fields: [] });

  it("places every component and stream, of cycles, loops and hostile names too, and none on another", () => {
    const names = fc.uniqueArray(hostileText.map(visible), { minLength: 1, maxLength: 8 });
    const graph = names.chain((all) =>
      fc.record({
        components: fc.constant(all.map(component)),
        streams: fc.array(
          fc.tuple(fc.constantFrom(...all), fc.constantFrom(...all)).map(([from, to]) => stream(from, to)),
          { maxLength: 12 },
        ),
      }),
    );
    fc.assert(
      fc.property(graph, (each) => {
        const { boxes, arrows, width, height } = layOut(
          each,
          ({ name }) => [name],
          ({ id }) => id,
        );
        assert.equal(boxes.length, each.components.length);
        assert.equal(arrows.length, each.streams.length);
        for (const { x, y } of boxes) assert.ok(x > 0 && x < width && y > 0 && y < height);
        assert.equal(new Set(boxes.map(({ x, y }) => `${x},${y}`)).size, boxes.length);
      }),
    );
  });

  it("leaves out a stream of a component that is not in the topology", () => {
    const placed = layOut(
      { components: [component("b")], streams: [stream("gone", "b")] },
      () => [""],
      () => "",
    );
    assert.deepEqual(placed.arrows, []);
  });
});

function page(spout: string, bolt: string, stream: string, field: string): string {
  return htmlReport(reportOf([job("create", { after: sideOf({ name: bolt, spout, bolt, stream, field }) })]));
}

/** Names of the elements, in order. Drawings have no room for every word, so theirs are left out. */
function shape(html: string): string[] {
  return (html.replace(/<svg .*?<\/svg>/gs, "<svg>").match(/<\/?[a-zA-Z!][^\s>]*/g) ?? []).map((tag) =>
    tag.toLowerCase(),
  );
}
