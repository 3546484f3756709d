import { once } from "node:events";
import type { Socket } from "socket.io-client";
import { until } from "../support/until.ts";

const ARRIVAL_MS_MAX = 15_000;

// biome-ignore lint/suspicious/noExplicitAny: pushes and answers are read as a client would, field by field
export type Json = any;

export class Client {
  readonly socket: Socket;
  readonly pushes: { name: string; data: Json; atMs: number }[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.onAny((name: string, data: Json) => this.pushes.push({ name, data, atMs: performance.now() }));
  }

  /** Resolves when the socket is connected. @throws the `connect_error` otherwise. */
  connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once("connect", resolve);
      this.socket.once("connect_error", reject);
    });
  }

  /** The refusal that a connection attempt meets. */
  async refusal(): Promise<{ message: string; data?: Json }> {
    return await this.connected().then(
      () => {
        throw new Error("the socket connected");
      },
      (error) => error,
    );
  }

  async ask(name: string, ...payload: unknown[]): Promise<Json> {
    return await this.socket.timeout(ARRIVAL_MS_MAX).emitWithAck(name, ...payload);
  }

  async disconnected(): Promise<string> {
    if (this.socket.disconnected) return "already";
    const [reason] = await once(this.socket as never, "disconnect");
    return String(reason);
  }

  named(name: string): Json[] {
    return this.pushes.filter((push) => push.name === name).map(({ data }) => data);
  }

  /** Resolves when so many pushes of a name have come. */
  async heard(name: string, count = 1): Promise<Json[]> {
    await eventually(() => this.named(name).length >= count, `${count} × ${name}`);
    return this.named(name);
  }
}

/** Waits until something is so. @throws when it is not within 3 s. */
export async function eventually(isSo: () => boolean, what = "what was to come about"): Promise<void> {
  await until(what, isSo, ARRIVAL_MS_MAX);
}
