import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Log } from "../ops/log.ts";
import { connectionOptions } from "./database.ts";

export interface ListenerOptions {
  readonly url: string;
  readonly name: string;
  readonly log: Log;
  /** What to do with the payloads of each channel. */
  readonly channels: Readonly<Record<string, (payload: string) => void>>;
  /** Called after every (re)connection: notices may have been lost before it. */
  readonly onConnected: () => void;
}

const RECONNECT_MS = 200;
const PING_MS = 5_000;
const PING_ANSWER_MS = 3_000;

/**
 * A connection that listens for notices and comes back by itself. A connection that died without a word is found by
 * asking it something every few seconds.
 */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #stop = new AbortController();
  #client: pg.Client | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Resolves when the first connection listens. @throws where it cannot be made. */
  async start(): Promise<void> {
    const { lost } = await this.#connect();
    this.#running = this.#keepUp(lost);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#client?.end().catch(() => undefined);
    await this.#running;
  }

  async #keepUp(firstLost: Promise<void>): Promise<void> {
    let lost: Promise<void> | null = firstLost;
    while (!this.#stop.signal.aborted) {
      if (lost !== null) await lost;
      if (this.#stop.signal.aborted) return;
      this.#options.log.warn({}, "the notice connection was lost; connecting again");
      await sleep(RECONNECT_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      const next = await this.#connect().catch(() => null);
      lost = next === null ? null : next.lost;
    }
  }

  /** Connects and listens; `lost` resolves when the connection is gone. */
  async #connect(): Promise<{ readonly lost: Promise<void> }> {
    const { url, name, channels, onConnected } = this.#options;
    const client = new pg.Client(connectionOptions({ url, name }));
    const lost = new Promise<void>((resolve) => {
      client.on("end", resolve);
      client.on("error", () => resolve());
    });
    client.on("notification", ({ channel, payload }) => channels[channel]?.(payload ?? ""));
    await client.connect();
    for (const channel of Object.keys(channels)) await client.query(`listen ${channel}`);
    this.#client = client;
    const ping = setInterval(() => this.#ping(client), PING_MS);
    lost.then(() => clearInterval(ping));
    onConnected();
    return { lost };
  }

  #ping(client: pg.Client): void {
    const answer = client.query("select 1");
    const late = setTimeout(() => client.end().catch(() => undefined), PING_ANSWER_MS);
    answer.catch(() => undefined).finally(() => clearTimeout(late));
  }
}
