import { type Answer, isLoopback, type Request } from "./http";

const leaving = ["/killexecutor", "/quitquitquit", "/abortabortabort"];

/**
 * What heron-shell answers on the port that Aurora checks: its health, and the requests to leave, which who is on another
 * machine must prove by the topology's id.
 */
export function shell(topologyId: string, leave: (why: string) => void): (request: Request) => Promise<Answer> {
  return ({ method, url, body, from }) => Promise.resolve(answer(method, url.pathname, body, from));

  function answer(method: string, path: string, body: string, from: string): Answer {
    if (path === "/health") return { status: 200, body: "ok" };
    if (!leaving.includes(path)) return { status: 404, body: "" };
    if (method !== "POST") return { status: 405, body: "" };
    if (!isLoopback(from) && new URLSearchParams(body).get("secret") !== topologyId) return { status: 403, body: "" };
    leave(path);
    return { status: 200, body: "" };
  }
}
