import type { Log } from "../ops/log.ts";
import type { Admission } from "./admission.ts";
import type { RealtimeLimits } from "./limits.ts";
import type { Connection } from "./pushes.ts";

const SECOND_MS = 1_000;

interface ConnectionsOptions {
  readonly limits: RealtimeLimits;
  readonly admission: Admission;
  readonly log: Log;
}

/** What waits in a connection: queued since the last flush, and that flush itself until the transport is free. */
interface Backlog {
  queuedBytes: number;
  leavingBytes: number;
}

/** The connections of this process: how much they send and how slowly they read. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #open = new Set<Connection>();
  readonly #backlogs = new WeakMap<Connection, Backlog>();
  /** Closed, but their peer has not gone yet. */
  readonly #leaving = new Set<Promise<void>>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Counts an open connection until it closes, and closes it when it goes beyond its limits. */
  add(connection: Connection): void {
    const leave = this.#options.admission.enter(connection.request);
    this.#open.add(connection);
    connection.once("close", () => this.#closed(connection, leave));
    this.#limitFrames(connection);
    this.#limitBuffer(connection);
  }

  /** Closes all of them; resolves when the last one has left. */
  async closeAll(): Promise<void> {
    for (const connection of this.#open) connection.close(true);
    await Promise.all(this.#leaving);
  }

  #closed(connection: Connection, leave: () => void): void {
    if (!this.#open.delete(connection)) return;
    leave();
    const leaving = seeOff(webSocketOf(connection), this.#options.limits.closeGraceMs);
    this.#leaving.add(leaving);
    leaving.then(() => this.#leaving.delete(leaving));
  }

  #limitFrames(connection: Connection): void {
    let windowEndsMs = 0;
    let frames = 0;
    connection.on("packet", () => {
      const now = performance.now();
      if (now >= windowEndsMs) {
        windowEndsMs = now + SECOND_MS;
        frames = 0;
      }
      frames += 1;
      if (frames > this.#options.limits.framesPerSecondMax) this.#cutOff(connection, "sends too much");
    });
  }

  /** Bytes that were handed to a connection and have not left the process. */
  waitingBytes(connection: Connection): number {
    const backlog = this.#backlogs.get(connection);
    if (backlog === undefined) return 0;
    return backlog.queuedBytes + (connection.transport.writable ? 0 : backlog.leavingBytes);
  }

  #limitBuffer(connection: Connection): void {
    const backlog = { queuedBytes: 0, leavingBytes: 0 };
    this.#backlogs.set(connection, backlog);
    connection.on("packetCreate", ({ data }: { readonly data?: string | Buffer }) => {
      backlog.queuedBytes += data?.length ?? 0;
      const isTooMuch = this.waitingBytes(connection) > this.#options.limits.bufferedBytesMax;
      if (isTooMuch) this.#cutOff(connection, "reads too slowly");
    });
    // A flush starts only when all before it has left, so that no more than it is on its way.
    connection.on("flush", () => {
      backlog.leavingBytes = backlog.queuedBytes;
      backlog.queuedBytes = 0;
    });
  }

  #cutOff(connection: Connection, reason: string): void {
    if (!this.#open.has(connection)) return;
    this.#options.log.info(
      { reason, address: this.#options.admission.addressOf(connection.request) },
      "socket cut off",
    );
    const socket = webSocketOf(connection);
    connection.close(true);
    socket?.terminate();
  }
}

interface WebSocketLike {
  readonly readyState: number;
  terminate(): void;
  once(event: "close", listener: () => void): void;
}

const CLOSED = 3;

/** The WebSocket under a connection, which Engine.IO keeps private; null where it polls. */
function webSocketOf(connection: Connection): WebSocketLike | null {
  const { socket } = connection.transport as unknown as { readonly socket?: WebSocketLike };
  return socket ?? null;
}

/**
 * Resolves when a closing socket is closed. Left to itself it waits 30 s for a peer that does not answer the closing
 * handshake, holding what it was to send, and the HTTP server open.
 */
function seeOff(socket: WebSocketLike | null, graceMs: number): Promise<void> {
  if (socket === null || socket.readyState === CLOSED) return Promise.resolve();
  return new Promise((resolve) => {
    const late = setTimeout(() => socket.terminate(), graceMs);
    socket.once("close", () => {
      clearTimeout(late);
      resolve();
    });
  });
}
