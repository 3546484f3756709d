import type { Log } from "../ops/log.ts";
import type { Reckoning, RequestCount } from "./reckoning.ts";
import type { SpanBuffer, TracePart } from "./span-buffer.ts";

export interface TraceWriterPorts {
  readonly buffer: Pick<SpanBuffer, "take">;
  readonly reckoning: Reckoning;
  readonly write: (parts: readonly WeighedPart[]) => Promise<void>;
  readonly writeCount: (count: RequestCount) => Promise<void>;
  /** Keeps what is kept within its bounds; one process does at a time. */
  readonly purge: () => Promise<void>;
  readonly onWritten: (spans: number) => void;
  readonly onDropped: (spans: number) => void;
  readonly log: Log;
}

/** A part with its spans as JSON. */
export interface WeighedPart extends Omit<TracePart, "spans"> {
  readonly spans: string;
  readonly bytes: number;
}

const WRITE_INTERVAL_MS = 1_000;
/** Every so many writes. */
const COUNT_EVERY = 5;
const PURGE_EVERY = 15;
/** What one process writes in a second; more is dropped. */
const WRITE_BYTES_MAX = 1_048_576;

/**
 * Writes spans down, once a second, on a connection that nobody else uses. What cannot be written is dropped and counted:
 * nobody waits for a trace, and nothing is kept for a database that is away.
 */
export class TraceWriter {
  readonly #ports: TraceWriterPorts;
  #timer: NodeJS.Timeout | null = null;
  #underWay: Promise<void> | null = null;
  #ticks = 0;
  #hasWritten = false;

  constructor(ports: TraceWriterPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), WRITE_INTERVAL_MS);
    this.#timer.unref();
  }

  /** Writes what there is. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#underWay;
    await this.#writeSpans();
    await this.#writeCount();
  }

  #tick(): void {
    if (this.#underWay !== null) return;
    this.#ticks += 1;
    this.#underWay = this.#round().finally(() => {
      this.#underWay = null;
    });
  }

  async #round(): Promise<void> {
    await this.#writeSpans();
    if (this.#ticks % COUNT_EVERY === 0) await this.#writeCount();
    if (this.#ticks % PURGE_EVERY === 0 && this.#hasWritten) await this.#purge();
  }

  async #writeSpans(): Promise<void> {
    const { buffer, write, onWritten, onDropped, log } = this.#ports;
    const { kept, spans, dropped } = weigh(buffer.take());
    if (dropped > 0) onDropped(dropped);
    if (kept.length === 0) return;
    try {
      await write(kept);
      this.#hasWritten = true;
      onWritten(spans);
    } catch (error) {
      onDropped(spans);
      log.debug({ spans, error: String(error) }, "spans were lost: they could not be written");
    }
  }

  async #writeCount(): Promise<void> {
    const { reckoning, writeCount, log } = this.#ports;
    const count = reckoning.take();
    if (count === null) return;
    try {
      await writeCount(count);
      this.#hasWritten = true;
    } catch (error) {
      reckoning.restore(count);
      log.debug({ error: String(error) }, "the count of requests could not be written");
    }
  }

  async #purge(): Promise<void> {
    this.#hasWritten = false;
    await this.#ports
      .purge()
      .catch((error) => this.#ports.log.debug({ error: String(error) }, "old traces could not be deleted"));
  }
}

/** Those that are worth the most first, until there is no room. */
function weigh(parts: readonly TracePart[]): { kept: WeighedPart[]; spans: number; dropped: number } {
  const kept: WeighedPart[] = [];
  let [bytes, spans, dropped] = [0, 0, 0];
  for (const part of parts.toSorted((one, other) => other.rank - one.rank)) {
    const json = JSON.stringify(part.spans);
    if (bytes + json.length > WRITE_BYTES_MAX) {
      dropped += part.spans.length;
      continue;
    }
    bytes += json.length;
    spans += part.spans.length;
    kept.push({ ...part, spans: json, bytes: json.length });
  }
  return { kept, spans, dropped };
}
