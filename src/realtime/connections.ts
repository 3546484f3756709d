import type { Log } from "../ops/log.ts";
import type { RealtimeLimits } from "./limits.ts";
import type { Connection } from "./pushes.ts";

const SECOND_MS = 1_000;

interface ConnectionsOptions {
  readonly limits: RealtimeLimits;
  readonly log: Log;
  readonly observeCount: (connections: number) => void;
}

/** The connections of this process: how many there are, from where, how much they send and how slowly they read. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #open = new Set<Connection>();
  readonly #byAddress = new Map<string, number>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Why one more connection from this address is too many, or null. */
  refusal(address: string | undefined): string | null {
    const { socketsMax, socketsPerIpMax } = this.#options.limits;
    if (this.#open.size >= socketsMax) return "Too many connections; try again later";
    if ((this.#byAddress.get(address ?? "") ?? 0) >= socketsPerIpMax) {
      return "Too many connections from your address";
    }
    return null;
  }

  /** Counts an open connection until it closes, and closes it when it goes beyond its limits. */
  add(connection: Connection): void {
    const address = connection.remoteAddress ?? "";
    this.#open.add(connection);
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
    this.#options.observeCount(this.#open.size);
    connection.once("close", () => this.#closed(connection, address));
    this.#limitFrames(connection);
    this.#limitBuffer(connection);
  }

  /** Closes all of them; those that do not answer the closing handshake in time are cut off. */
  async closeAll(): Promise<void> {
    const sockets = [...this.#open].flatMap((connection) => {
      const socket = webSocketOf(connection);
      connection.close(true);
      return socket === null ? [] : [socket];
    });
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const grace = setTimeout(resolve, this.#options.limits.closeGraceMs);
    await Promise.race([late, Promise.all(sockets.map(closed))]);
    clearTimeout(grace);
    for (const socket of sockets) socket.terminate();
  }

  #closed(connection: Connection, address: string): void {
    if (!this.#open.delete(connection)) return;
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, left);
    this.#options.observeCount(this.#open.size);
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

  /**
   * What waits is what was queued since the last flush, and that flush itself while the transport is busy with it:
   * a flush starts only when all before it has left the process.
   */
  #limitBuffer(connection: Connection): void {
    let queuedBytes = 0;
    let leavingBytes = 0;
    connection.on("packetCreate", ({ data }: { readonly data?: string | Buffer }) => {
      queuedBytes += data?.length ?? 0;
      const waitingBytes = queuedBytes + (connection.transport.writable ? 0 : leavingBytes);
      if (waitingBytes > this.#options.limits.bufferedBytesMax) this.#cutOff(connection, "reads too slowly");
    });
    connection.on("flush", () => {
      leavingBytes = queuedBytes;
      queuedBytes = 0;
    });
  }

  #cutOff(connection: Connection, reason: string): void {
    if (!this.#open.has(connection)) return;
    this.#options.log.info({ reason, address: connection.remoteAddress }, "socket cut off");
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

/**
 * The WebSocket under a connection; null where it polls. Engine.IO keeps it private, and its own close leaves up to
 * 30 s to a peer that does not answer, with all that it was sent still in memory.
 */
function webSocketOf(connection: Connection): WebSocketLike | null {
  const { socket } = connection.transport as unknown as { readonly socket?: WebSocketLike };
  return socket ?? null;
}

function closed(socket: WebSocketLike): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState === CLOSED) resolve();
    else socket.once("close", resolve);
  });
}
