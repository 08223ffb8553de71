import { UserError } from "../../components/errors";

/** A user with what the roles grant. */
export interface User {
  readonly name: string;
  readonly password: string;
  readonly permissions: readonly string[];
}

export type Users = ReadonlyMap<string, User>;

/**
 * Reads users from the text of a Shiro ini file: `[users]` with `name = password, role, …`, `[roles]` with
 * `role = permission, …`. A permission is parts joined by `:`, each `*` or alternatives joined by `,` in quotes.
 * @throws UserError
 */
export function parseUsers(text: string, file: string): Users {
  const sections = new Map<string, [string, string][]>();
  let section: [string, string][] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const heading = /^\[(.+)\]$/.exec(line)?.[1];
    const entry = /^([^=]+?)\s*=\s*(.*)$/.exec(line);
    if (heading !== undefined) {
      section = [];
      sections.set(heading, section);
    } else if (entry?.[1] !== undefined && entry[2] !== undefined) {
      section.push([entry[1], entry[2]]);
    } else {
      throw new UserError(`${file}, line ${index + 1}: expected '[section]' or 'name = value'.`);
    }
  }
  const roles = new Map((sections.get("roles") ?? []).map(([role, value]) => [role, splitValues(value)]));
  const users = (sections.get("users") ?? []).map(([name, value]): [string, User] => {
    const [password = "", ...granted] = splitValues(value);
    return [name, { name, password, permissions: granted.flatMap((role) => roles.get(role) ?? []) }];
  });
  if (users.length === 0) throw new UserError(`${file}: no users. Add a section [users] with 'name = password, role'.`);
  return new Map(users);
}

/** Splits at commas that are not in quotes. */
function splitValues(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|[^,\s]+/g)].map(([whole, quoted]) => quoted ?? whole);
}

/** Shiro's wildcard permissions: a part that is not named, or `*`, allows anything. */
export function permits({ permissions }: User, wanted: readonly string[]): boolean {
  return permissions.some((permission) =>
    permission.split(":").every((part, i) => {
      const asked = wanted[i];
      const alternatives = part.split(",").map((each) => each.trim());
      return alternatives.includes("*") || (asked !== undefined && alternatives.includes(asked));
    }),
  );
}
