import { once } from "node:events";
import { connect } from "node:net";
import { codeOf } from "../system-error";
import type { Server } from "./servers";

const probeTimeoutMs = 2_000;

/** Why no session came from `servers`, host by host: the client itself only tells that none did. */
export async function diagnose(servers: readonly Server[]): Promise<string> {
  const findings = await Promise.all(
    servers.map(async (server) => `${server.host}:${server.port} ${await probe(server)}`),
  );
  return findings.join("; ");
}

async function probe({ host, port }: Server): Promise<string> {
  const socket = connect({ host, port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(probeTimeoutMs) });
    return "accepts connections but opens no session (no quorum, or not a ZooKeeper server)";
  } catch (error) {
    return reason(error);
  } finally {
    socket.destroy();
  }
}

function reason(error: unknown): string {
  const code = codeOf(error);
  switch (code) {
    case "ECONNREFUSED":
      return "refuses connections (nothing listens there)";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "is not a known host name";
    case "ABORT_ERR":
      return "does not answer";
    case undefined:
    default:
      return `cannot be reached (${code ?? String(error)})`;
  }
}
