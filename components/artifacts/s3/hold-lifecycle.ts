import { canonicalJson } from "../../canonical-json";
import { configuredCredentials, type ConfigureRequest, type Credentials } from "../../config/credentials";
import { isKnown } from "../../dynamic-provider";
import { UserError } from "../../errors";
import { s3Place } from "../use/place";
import { requireUnused } from "../use/require-unused";
import { s3Uri } from "./address";
import { holdName, type PackageHoldProperties } from "./hold";

let credentials: Credentials = new Map();

/** The objects that this run's program wants, by their URIs, with the names of their resources: the engine checks them all. */
const wanted = new Map<string, string>();

/** Names of the objects that are held where they were before this run. */
const staying = new Set<string>();

/** What a program declares; what of it is not kept, only a preview by which the object is made anew does not know. */
type Declared = PackageHoldProperties & { readonly made?: object };

/** What the dynamic provider does for a `PackageHold`: nothing, until it is to go. */
export const packageHold = {
  configure(request: ConfigureRequest): void {
    wanted.clear();
    staying.clear();
    credentials = configuredCredentials(request);
  },

  /** Refuses in a preview that an object is replaced by itself: the hold is then replaced with it. */
  check({ hold: old }: Partial<PackageHoldProperties>, { made, ...news }: Declared) {
    const { hold } = news;
    if (!isKnown(hold)) return { inputs: news, failures: [] };
    const uri = s3Uri(hold, hold.key);
    wanted.set(uri, hold.object);
    if (old?.bucket === hold.bucket && old.key === hold.key) staying.add(hold.object);
    // What is to be replaced the engine checks once more, as if there were no old one.
    const isReplaced = old === undefined && staying.has(hold.object) && !isKnown(made);
    return { inputs: news, failures: isReplaced ? [{ property: "", reason: replacedByItself(hold.object, uri) }] : [] };
  },

  /** An object of another place is another one: the engine replaces it, and asks for the old one by replacing its hold. */
  diff(_id: string, { hold: old }: PackageHoldProperties, { hold }: PackageHoldProperties) {
    const isOther = isKnown(hold) && (old.bucket !== hold.bucket || old.key !== hold.key);
    const changes = !isKnown(hold) || canonicalJson(old) !== canonicalJson(hold);
    return { changes, replaces: isOther ? ["hold"] : [], deleteBeforeReplace: false };
  },

  create(news: PackageHoldProperties): Promise<{ id: string; outs: PackageHoldProperties }> {
    return Promise.resolve({ id: news.hold.object, outs: news });
  },

  update(_id: string, _olds: unknown, news: PackageHoldProperties): Promise<{ outs: PackageHoldProperties }> {
    return Promise.resolve({ outs: news });
  },

  read(id: string, outs: PackageHoldProperties) {
    return Promise.resolve({ id, props: outs, inputs: outs });
  },

  async delete(_id: string, { hold }: PackageHoldProperties): Promise<void> {
    const { bucket, key, object, use } = hold;
    const otherwise =
      `take it out of the state: 'pulumi state delete' of ${holdName(object)}, then of ${object} ` +
      `('pulumi stack --show-urns' tells their URNs)`;
    const uri = s3Uri(hold, key);
    const keeper = wanted.get(uri);
    if (keeper !== undefined) {
      throw new UserError(
        `${object} is not deleted: the stack has the same object, ${uri}, as ${keeper} now, which would lose it. To have ` +
          `the former forgotten and the object left where it is, ${otherwise}.`,
      );
    }
    await requireUnused({ places: [s3Place(bucket, key)], use, otherwise }, credentials);
  },
};

function replacedByItself(object: string, uri: string): string {
  return (
    `${object} is not replaced by itself: S3 has one object of the name ${uri}, and what would be deleted last is the very one that ` +
    "jobs fetch. Nothing was touched. Run without --replace, after 'pulumi state untaint' where it is tainted; where artifacts.s3.region " +
    "has changed, give another prefix as well."
  );
}
