/* global fetch, AbortSignal */
import { connect } from "node:net";

/** Whether an URL answers with success within the limit (milliseconds). */
export async function answers(url, limit = 2_000) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(limit) })).ok;
  } catch {
    return false;
  }
}

/** Whether some program listens on a port of this machine's loopback address. */
export function isPortTaken(port) {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const end = (taken) => (socket.destroy(), resolve(taken));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
