import { request } from "node:http";

/** What a task's own HTTP server answered, or why it did not. */
export type SignalResult =
  | { readonly answered: true; readonly status: number; readonly body: string }
  | { readonly answered: false; readonly reason: string };

/** Longest answer that is read. */
const bodyLimit = 64 * 1024;

/** Asks an endpoint of a task on this machine. Never rejects. @param timeoutMs for the whole exchange */
export function httpSignal(
  port: number,
  path: string,
  method: "GET" | "POST",
  timeoutMs: number,
): Promise<SignalResult> {
  const url = `http://localhost:${port}${path}`;
  return new Promise((resolve) => {
    const fail = (reason: string) => resolve({ answered: false, reason: `Failed to signal ${url}: ${reason}` });
    // Tasks listen on 127.0.0.1 or on all addresses; `localhost` may mean ::1 first.
    const call = request(
      { host: "127.0.0.1", port, path, method, signal: AbortSignal.timeout(timeoutMs) },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          if (body.length < bodyLimit) body += chunk;
        });
        response.on("end", () => resolve({ answered: true, status: response.statusCode ?? 0, body }));
        response.on("error", (error) => fail(error.message));
      },
    );
    call.on("error", (error) => fail(error.name === "TimeoutError" ? "timed out" : error.message));
    call.end();
  });
}
