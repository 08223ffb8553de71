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

/** What the dynamic provider does for a `PackageHold`: nothing, until it is to go. */
export const packageHold = {
  configure(request: ConfigureRequest): void {
    wanted.clear();
    credentials = configuredCredentials(request);
  },

  check(_olds: Partial<PackageHoldProperties>, news: PackageHoldProperties) {
    if (isKnown(news.hold)) wanted.set(s3Uri(news.hold, news.hold.key), news.hold.object);
    return { inputs: news };
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
