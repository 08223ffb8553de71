import { execFileSync } from "node:child_process";
import { type Browser, chromium } from "playwright-core";

/** The Chromium on PATH, without its sandbox: as root it has none, and the pages are our own. */
export function startBrowser(): Promise<Browser> {
  const executablePath = execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
  return chromium.launch({ executablePath, chromiumSandbox: false });
}
