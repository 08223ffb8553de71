import type { Cache } from "../components/cache";
import { findPayload } from "../components/job/payload";
import { jobInputs } from "./production";
import { at, type RegisteredResource } from "./resource";

/** The resources, each job with its payload from the cache, which the program has filled in the preview that is checked. */
export function withPayloads(
  resources: readonly RegisteredResource[],
  cache: Cache,
): Promise<readonly RegisteredResource[]> {
  return Promise.all(
    resources.map(async (resource) => {
      const address = at(jobInputs(resource), "payload");
      const payload = typeof address === "string" ? await findPayload(cache, address) : undefined;
      return payload === undefined ? resource : { ...resource, payload };
    }),
  );
}
