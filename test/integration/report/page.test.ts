import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AxeResults, RunOptions } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { htmlReport } from "../../../scripts/report/html";
import type { Report } from "../../../scripts/report/model";
import { startBrowser } from "../../support/browser";
import { everyChange, job, reportOf, sideOf } from "../../unit/report/fixtures";

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

describe("the report's page, in a browser", () => {
  let browser: Browser;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "heron-report-"));
    browser = await startBrowser();
  });

  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a report; `requests` are the addresses that its page asks for. */
  async function open(report: Report, options: Parameters<Browser["newContext"]>[0] = {}) {
    const file = join(folder, "report.html");
    writeFileSync(file, htmlReport(report));
    const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, ...options });
    const page = await context.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    const address = pathToFileURL(file).href;
    await page.goto(address);
    return { page, requests, complaints, address };
  }

  for (const colorScheme of ["light", "dark"] as const)
    it(`has no accessibility violation in ${colorScheme}, and asks for nothing but itself`, async () => {
      const { page, requests, complaints, address } = await open(everyChange(), { colorScheme });
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(
        requests.filter((url) => url !== address && !url.startsWith("data:")),
        [],
      );
      assert.deepEqual(complaints, []);
      const shot = join(folder, `${colorScheme}.png`);
      await page.screenshot({ path: shot, fullPage: true });
      assert.ok(statSync(shot).size > 50_000);
      const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
      assert.equal(background, colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(20, 23, 27)");
    });

  it("is dark on light on paper, whatever the screen is, with nothing cut off at the side", async () => {
    const { page } = await open(everyChange(), { colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 720, height: 1000 });
    assert.equal(await page.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)");
    assert.deepEqual(await violations(page), []);
    assert.equal(await page.evaluate(`document.querySelectorAll("details").length`), 0);
    assert.deepEqual(
      await page.evaluate(
        `[...document.querySelectorAll("table, svg")].filter((each) => each.getBoundingClientRect().right > innerWidth).map((each) => each.outerHTML.slice(0, 80))`,
      ),
      [],
    );
    await page.pdf({ path: join(folder, "report.pdf"), format: "A4" });
  });

  it("scrolls as a whole only up and down on a narrow screen, and what is wider can be scrolled by keys", async () => {
    const { page } = await open(everyChange(), { viewport: { width: 320, height: 640 } });
    assert.ok(Number(await page.evaluate("document.documentElement.scrollWidth")) <= 320);
    assert.deepEqual(await violations(page), []);
    assert.equal(
      await page.evaluate(
        `[...document.querySelectorAll("*")].filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX === "auto" && each.tabIndex !== 0).length`,
      ),
      0,
    );
  });

  it("tells in tables and words all that its drawings tell", async () => {
    const { page } = await open(everyChange());
    const text = String(
      await page.evaluate(`document.querySelectorAll("svg").forEach((each) => each.remove()), document.body.innerText`),
    );
    for (const told of ["DANGER: kill", "spout", "fields (word)", "bolt ×2", "Heron's own processes", "+ new"])
      assert.ok(text.includes(told), told);
  });

  it("tells components apart by letter and pattern where there is no colour", async () => {
    const { page } = await open(everyChange());
    const fills = await page.evaluate(
      `[...new Set([...document.querySelectorAll(".container rect.outline")].map((each) => each.getAttribute("fill")))].sort()`,
    );
    assert.deepEqual(fills, ["url(#pattern0)", "url(#pattern1)"]);
    assert.deepEqual(
      await page.evaluate(`[...document.querySelectorAll("#t4 .legend li")].map((each) => each.innerText.trim())`),
      ["A spout", "B bolt"],
    );
  });

  it("shows hostile names as text", async () => {
    const names = {
      name: `</title><script>document.title = "ran"</script>`,
      spout: `"><img src=x onerror="document.title='ran'">`,
      bolt: "\u202egnp.exe </text></svg><b>bold</b>",
      stream: "${alert(1)}",
      field: "]]>",
    };
    const { page, requests, address } = await open(reportOf([job("create", { after: sideOf(names) })]));
    assert.deepEqual(
      requests.filter((url) => url !== address && !url.startsWith("data:")),
      [],
    );
    assert.equal(await page.title(), "What a deployment of shop/prod changes");
    assert.equal(await page.evaluate(`document.querySelectorAll("script, img, main svg b").length`), 0);
    const legend = await page.evaluate(`[...document.querySelectorAll(".legend bdi")].map((each) => each.textContent)`);
    assert.deepEqual(legend, [names.spout, names.bolt.replace("\u202e", "\\u{202e}")]);
    assert.deepEqual(await violations(page), []);
  });
});

/** What axe-core finds against WCAG and good practice, with the elements it is found at. */
async function violations(page: Page): Promise<string[]> {
  const options: RunOptions = { resultTypes: ["violations"] };
  await page.evaluate(axe);
  const results = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
}
