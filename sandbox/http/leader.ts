import type { Endpoint, HttpReply, HttpRequest } from "./reply";
import { empty, noLeader, plainText } from "./reply";

/** Whether this scheduler leads; a follower knows its leader's URL, unless none is elected yet. */
export type Leadership =
  { readonly role: "leader" } | { readonly role: "follower"; readonly leader: URL } | { readonly role: "leaderless" };

const explanation = `
This endpoint can indicate to a load balancer which among a group of schedulers is leading.

The response codes are:
200: This is the leading scheduler.
503: Another instance is the leading scheduler.
502: There is no leading scheduler or the leader is unknown.`;

/** `/leaderhealth` */
export function leaderHealth({ role }: Leadership): HttpReply {
  switch (role) {
    case "leader":
      return plainText(200, `Current status: This is the leading scheduler.\n${explanation}`);
    case "follower":
      return plainText(503, `Current status: Another instance is the leading scheduler.\n${explanation}`);
    case "leaderless":
      return plainText(502, `Current status: There is no leading scheduler or the leader is unknown.\n${explanation}`);
  }
}

/** Sends requests for a follower on to the leader, before anything else looks at them. */
export function onlyOnLeader(leadership: Leadership, endpoint: Endpoint): Endpoint {
  return (request) => elsewhere(leadership, request) ?? endpoint(request);
}

function elsewhere(leadership: Leadership, { url, headers }: HttpRequest): HttpReply | undefined {
  if (leadership.role === "leader" || headers["bypass-leader-redirect"] !== undefined) return undefined;
  if (leadership.role === "leaderless") return noLeader();
  return empty(307, { Location: `${leadership.leader.origin}${url}` });
}
