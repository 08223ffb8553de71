import { createSecureContext } from "node:tls";
import { UserError } from "../errors";
import { basicAuthorization } from "./channel";
import type { TlsArgs } from "./http";

/** What `heron:credentials.<cluster>` may hold of the scheduler: basic authentication, and PEM texts for TLS. */
export interface AuroraCredentials {
  readonly username?: string;
  readonly password?: string;
  /** Authority to trust instead of the system's. */
  readonly ca?: string;
  /** Client certificate, with `key`. */
  readonly cert?: string;
  readonly key?: string;
}

/** The user to sign in as, if any. @throws UserError when only half of it is given. */
export function userOf(
  cluster: string,
  { username, password }: AuroraCredentials,
): { readonly username: string; readonly password: string } | undefined {
  if (username === undefined && password === undefined) {
    return undefined;
  }
  if (username === undefined || password === undefined) {
    const missing = username === undefined ? "username" : "password";
    throw new UserError(
      `The credentials for cluster ${cluster} are incomplete: set heron:credentials.${cluster}.${missing} too.`,
    );
  }
  return { username, password };
}

/** What to connect with over https. @throws UserError when it is no usable PEM, or half of a client certificate. */
export function tlsOf(cluster: string, { ca, cert, key }: AuroraCredentials): TlsArgs {
  if ((cert === undefined) !== (key === undefined)) {
    const missing = cert === undefined ? "cert" : "key";
    throw new UserError(
      `The client certificate for cluster ${cluster} is incomplete: set heron:credentials.${cluster}.${missing} too.`,
    );
  }
  const given = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  try {
    if (Object.keys(given).length > 0) createSecureContext(given);
  } catch {
    // OpenSSL's own words may quote what it was given.
    throw new UserError(
      `heron:credentials.${cluster}: ${Object.keys(given).join(", ")} must be PEM texts, a key that belongs to its certificate and has no passphrase.`,
    );
  }
  return given;
}

/** What must never show in a message. */
export function secretsOf({ username, password, key }: AuroraCredentials): readonly string[] {
  const token = username === undefined || password === undefined ? "" : basicAuthorization({ username, password });
  return [password ?? "", key ?? "", token.replace("Basic ", "")];
}
