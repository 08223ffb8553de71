import type { Socket } from "node:net";
import { type Client, createClient } from "node-zookeeper-client";

/** What node-zookeeper-client keeps of its connection. It declares none of it, and looks it up at each event. */
interface ConnectionManager {
  state: number;
  socket: Socket;
  /** The beginning of an answer whose rest has not come yet. */
  pendingBuffer: Buffer | null;
  onSocketConnected(): void;
  onSocketData(data: Buffer): void;
}

/** The library numbers states after which there is no connection any more below this: closing, closed, expired, refused. */
const firstLiveState = 0;
/** In this one the server has not answered the greeting yet. */
const connectingState = 1;

/** So often a server is tried within the time that a call may take. */
const greetings = 3;

/**
 * A client of node-zookeeper-client, mended where that would end the whole process when a server dies at a bad moment: it
 * takes what a broken connection left half said for the beginning of the next one, connects again after it was closed
 * and then takes the greeting for an answer, and throws what it cannot read where nobody can catch it. Here the
 * connection is dropped instead: calls under way fail as for any that breaks, and a client that is closed stays so. Dropped is
 * also one that a server has taken whose answer to the greeting does not come, for which the library would wait for ever.
 */
export function makeClient(hosts: string, sessionTimeoutMs: number): Client {
  const client = createClient(hosts, { sessionTimeout: sessionTimeoutMs });
  const { connectionManager: manager } = client as Client & { readonly connectionManager: ConnectionManager };
  const connected = manager.onSocketConnected.bind(manager);
  const data = manager.onSocketData.bind(manager);
  manager.onSocketConnected = () => {
    manager.pendingBuffer = null;
    if (manager.state < firstLiveState) manager.socket.destroy(new Error("closed meanwhile"));
    else {
      connected();
      dropUnlessGreeted(manager, sessionTimeoutMs / greetings);
    }
  };
  manager.onSocketData = (bytes) => {
    try {
      data(bytes);
    } catch (error) {
      manager.socket.destroy(error instanceof Error ? error : new Error("an answer that cannot be read"));
    }
  };
  return client;
}

function dropUnlessGreeted(manager: ConnectionManager, ms: number): void {
  const { socket } = manager;
  const timer = setTimeout(() => {
    if (manager.socket === socket && manager.state === connectingState) socket.destroy();
  }, ms);
  timer.unref();
  socket.once("close", () => {
    clearTimeout(timer);
  });
}
