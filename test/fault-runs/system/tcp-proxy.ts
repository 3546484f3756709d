import { connect, createServer, type Server, type Socket } from "node:net";
import { listenOnFreePort } from "./listening.ts";
import { Pump } from "./pump.ts";

/** What a link does with what is sent over it. A cut one keeps it: when it heals, all arrives late, as after a partition. */
export type LinkState =
  | { readonly type: "pass" }
  | { readonly type: "delay"; readonly ms: number }
  | { readonly type: "cut"; readonly direction: "both" | "toServer" | "toClient" };

const PASS: LinkState = { type: "pass" };

interface Connection {
  readonly client: Socket;
  readonly server: Socket;
  readonly toServer: Pump;
  readonly toClient: Pump;
}

/**
 * A link between two processes: listens where one believes the other, and passes on what it hears.
 *
 *     pass ⇄ delay, cut        reset: every connection ends at once, new ones pass
 */
export class TcpProxy {
  readonly #server: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #connections = new Set<Connection>();
  #port = 0;
  #state: LinkState = PASS;
  #struck = 0;
  #isClosed = false;

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target;
    // Either side may have said all it has to say before the other has.
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  static async start(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    proxy.#port = await listenOnFreePort(proxy.#server);
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Pieces that were delayed or kept, and connections that were reset: how often its faults took effect. */
  get struck(): number {
    return this.#struck;
  }

  get connections(): number {
    return this.#connections.size;
  }

  set(state: LinkState): void {
    this.#state = state;
    for (const connection of this.#connections) this.#apply(connection);
  }

  /** Ends all connections of this moment with a reset on both sides. @returns how many */
  reset(): number {
    const count = this.#connections.size;
    for (const { client, server } of this.#connections) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
    this.#struck += count;
    return count;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    // One that is still being made takes no reset.
    for (const { client, server } of this.#connections) {
      client.destroy();
      server.destroy();
    }
    await closed;
  }

  #accept(client: Socket): void {
    // It was waiting to be taken when the proxy was closed.
    if (this.#isClosed) {
      client.destroy();
      return;
    }
    const onStruck = () => {
      this.#struck += 1;
    };
    const server = connect({ ...this.#target, allowHalfOpen: true });
    for (const socket of [client, server]) socket.setNoDelay(true);
    const connection = {
      client,
      server,
      toServer: new Pump(client, server, onStruck),
      toClient: new Pump(server, client, onStruck),
    };
    this.#connections.add(connection);
    for (const socket of [client, server]) {
      socket.once("close", () => {
        if (client.destroyed && server.destroyed) this.#connections.delete(connection);
      });
    }
    this.#apply(connection);
  }

  #apply({ toServer, toClient }: Connection): void {
    const state = this.#state;
    const delayMs = state.type === "delay" ? state.ms : 0;
    const isCut = (direction: "toServer" | "toClient") =>
      state.type === "cut" && (state.direction === "both" || state.direction === direction);
    toServer.set({ delayMs, isCut: isCut("toServer") });
    toClient.set({ delayMs, isCut: isCut("toClient") });
  }
}
