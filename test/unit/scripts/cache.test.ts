import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scriptModule } from "../../support/script-module";

interface Cache {
  cached(name: string, make: (folder: string) => Promise<void>): Promise<string>;
  isCached(name: string): boolean;
}

describe("the cache folder", () => {
  let cache: Cache;
  let folder: string;
  const earlier = process.env.HERON_AURORA_CACHE;

  before(async () => {
    cache = (await scriptModule("cache.mjs")) as Cache;
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cache-"));
    process.env.HERON_AURORA_CACHE = folder;
  });

  afterEach(() => {
    if (earlier === undefined) delete process.env.HERON_AURORA_CACHE;
    else process.env.HERON_AURORA_CACHE = earlier;
    rmSync(folder, { recursive: true });
  });

  function maker(content: string): (place: string) => Promise<void> {
    return (place) => writeFile(join(place, "file"), content);
  }

  it("makes a thing once", async () => {
    await cache.cached("thing", maker("first"));
    const place = await cache.cached("thing", maker("second"));
    assert.equal(readFileSync(join(place, "file"), "utf8"), "first");
  });

  it("holds nothing of a thing whose making failed", async () => {
    const failing = async (place: string) => {
      await maker("half")(place);
      throw new Error("out of disk");
    };
    await assert.rejects(cache.cached("thing", failing), /out of disk/);
    assert.equal(cache.isCached("thing"), false);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("serves two that make the same thing at once, each with a whole one", async () => {
    const arrivals = new EventEmitter();
    const bothArrived = once(arrivals, "both");
    let arrived = 0;
    const make = async (place: string) => {
      await maker("whole")(place);
      if (++arrived === 2) arrivals.emit("both");
      await bothArrived;
    };
    const places = await Promise.all([cache.cached("thing", make), cache.cached("thing", make)]);
    assert.equal(places[0], places[1]);
    assert.ok(existsSync(join(places[0], "file")));
    assert.deepEqual(readdirSync(folder), ["thing"]);
  });
});
