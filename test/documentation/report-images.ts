import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { htmlReport } from "../../scripts/report/html";
import { startBrowser } from "../support/browser";
import { repoRoot } from "../support/paths";
import { job, reportOf, roleUse, sideWith, type StreamSettings } from "../unit/report/fixtures";

const streams: readonly StreamSettings[] = [
  { from: "clicks", to: "parse" },
  { from: "orders", to: "join", field: "session" },
  { from: "parse", to: "join", field: "session" },
  { from: "join", to: "count", stream: "sales", field: "product" },
  { from: "join", to: "store", stream: "raw" },
  { from: "count", to: "store" },
];

/** The shop's topology of that name, with as many instances that parse and join. */
function shop(name: string, instances: number, containers: number, change?: string) {
  const parallelism = { clicks: 2, orders: 1, parse: instances, join: instances, count: 2, store: 1 };
  const inputs = change === undefined ? {} : { taskHash: change, change };
  return sideWith(parallelism, streams, { name, containers, tier: "preferred", inputs });
}

/** A change of each degree of care, and the role's quota. */
const report = reportOf(
  [
    job("delete", { before: shop("old-funnel", 2, 2) }),
    job("update", {
      before: shop("ads", 2, 2),
      after: shop("ads", 2, 2, "rolling restart of 3 containers, 1 at a time (core package)"),
    }),
    job("create", { after: shop("fraud", 4, 3, "submit 4 containers") }),
    job("update", {
      before: shop("shop-funnel", 2, 2),
      after: shop("shop-funnel", 4, 3, "scale out 3 → 4 containers"),
    }),
  ],
  {
    roles: [
      {
        ...roleUse,
        quota: {
          ...roleUse.quota,
          quota: { numCpus: 120, ramMb: 400 * 1024, diskMb: 900 * 1024 },
          prodShared: { numCpus: 57, ramMb: 110 * 1024, diskMb: 260 * 1024 },
        },
      },
    ],
  },
);

/** Makes the report's pictures in docs/images anew, by the browser of the tests. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "heron-images-"));
  const browser = await startBrowser();
  try {
    const file = join(folder, "report.html");
    writeFileSync(file, htmlReport(report));
    for (const { image, until, colorScheme, width } of [
      { image: "report-summary", until: "section:has(#summary)", colorScheme: "light", width: 900 },
      { image: "report-topology", until: "section.topology >> nth=-1", colorScheme: "dark", width: 1240 },
    ] as const) {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
      await page.goto(pathToFileURL(file).href);
      // What the drawings show is told by tables too, for which a picture has no room.
      await page.evaluate(`document.querySelectorAll("section.topology table").forEach((each) => each.remove())`);
      const part = (await page.locator(until).boundingBox()) ?? { y: 0, height: 0 };
      // The summary is shown with the page's head above it.
      const top = image === "report-summary" ? 0 : part.y;
      const clip = { x: 0, y: top, width, height: part.y + part.height - top };
      await page.screenshot({ path: join(repoRoot, "docs/images", `${image}.png`), fullPage: true, clip });
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

void main();
