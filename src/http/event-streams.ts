import { Readable } from "node:stream";
import type { RouterContext } from "@koa/router";
import { ApiError } from "./errors.ts";
import type { AppState } from "./state.ts";

interface Told {
  /** What each of its events is called. */
  readonly name: string;
  readonly everyMs: number;
  /** It ends after so many events; null: when its time is up. */
  readonly eventsMax: number | null;
  /** JSON of the next event. What fails is told by a comment, and tried again. */
  readonly read: () => Promise<string>;
}

const STREAMS_MAX = 10;
const RETRY_AFTER_S = 10;
/** A connection that says nothing for longer is cut by proxies. */
const HEARTBEAT_MS = 15_000;
/** Then it has to be asked for again, with a token that is still good; browsers do so by themselves. */
const STREAM_MS_MAX = 300_000;
/** Who reads more slowly is behind by this much, and cut off. */
const UNREAD_BYTES_MAX = 65_536;

/** Server-sent events (WHATWG HTML, 9.2) for a few at a time. */
export class EventStreams {
  readonly #open = new Set<EventStream>();

  /** @throws ApiError OVERLOADED where there are as many as may be. */
  send(ctx: RouterContext<AppState>, told: Told): void {
    if (this.#open.size >= STREAMS_MAX) {
      const message = `No more than ${STREAMS_MAX} such streams are served at a time`;
      throw new ApiError("OVERLOADED", message, { retryAfterS: RETRY_AFTER_S });
    }
    ctx.status = 200;
    ctx.set("Content-Type", "text/event-stream; charset=utf-8");
    if (ctx.method === "HEAD") return;
    const stream = new EventStream(told, () => this.#open.delete(stream));
    this.#open.add(stream);
    // A coder would wait for more before it passes anything on.
    (ctx as { compress?: boolean }).compress = false;
    ctx.body = stream.body;
    stream.start();
  }

  /** Ends them all. */
  close(): void {
    for (const stream of [...this.#open]) stream.end();
  }
}

class EventStream {
  readonly body = new Readable({ read: () => undefined });
  readonly #told: Told;
  readonly #closed: () => void;
  readonly #timers: NodeJS.Timeout[] = [];
  #sent = 0;
  #saidAtMs = performance.now();
  #isReading = false;

  constructor(told: Told, closed: () => void) {
    this.#told = told;
    this.#closed = closed;
    this.body.once("close", () => this.#close());
  }

  start(): void {
    this.#timers.push(
      setInterval(() => void this.#next(), this.#told.everyMs),
      setInterval(() => this.#beat(), HEARTBEAT_MS),
      setTimeout(() => this.end(), STREAM_MS_MAX),
    );
    void this.#next();
  }

  end(): void {
    this.#close();
    if (!this.body.destroyed && !this.body.readableEnded) this.body.push(null);
  }

  async #next(): Promise<void> {
    const { read, name, eventsMax } = this.#told;
    if (this.#isReading) return;
    this.#isReading = true;
    const data = await read().catch(() => null);
    this.#isReading = false;
    if (data === null) return this.#say(": could not be read\n\n");
    this.#sent += 1;
    this.#say(`event: ${name}\nid: ${this.#sent}\ndata: ${data}\n\n`);
    if (this.#sent === eventsMax) this.end();
  }

  #beat(): void {
    if (performance.now() - this.#saidAtMs >= HEARTBEAT_MS) this.#say(": heartbeat\n\n");
  }

  #say(text: string): void {
    if (this.#timers.length === 0) return;
    this.#saidAtMs = performance.now();
    this.body.push(text);
    if (this.body.readableLength > UNREAD_BYTES_MAX) this.body.destroy();
  }

  #close(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    this.#closed();
  }
}
