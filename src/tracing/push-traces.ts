import { SpanKind } from "@opentelemetry/api";
import { LRUCache } from "lru-cache";
import { type Carrier, turnContextOf } from "./carrier.ts";
import { below, type Spans } from "./spans.ts";

/** Decisions that are traced and may still be pushed, by this process. */
const HEARD_MAX = 2_000;
const HEARD_MS_MAX = 10_000;

/** A decision of which a notice said that it is traced. */
export interface TracedEntry {
  readonly eventId: string;
  readonly seq: number;
  readonly carrier: Carrier;
}

/** Tells of pushes in the traces of what they are about: from the notice of the decision to the sockets. */
export class PushTraces {
  readonly #spans: Spans;
  readonly #heard = new LRUCache<string, { readonly carrier: Carrier; readonly atMs: number }>({
    max: HEARD_MAX,
    ttl: HEARD_MS_MAX,
  });

  constructor(spans: Spans) {
    this.#spans = spans;
  }

  heard(entries: readonly TracedEntry[]): void {
    const atMs = performance.now();
    for (const { eventId, seq, carrier } of entries) this.#heard.set(`${eventId}:${seq}`, { carrier, atMs });
  }

  /** A push about a decision was handed to so many sockets. */
  pushed(name: string, sockets: number, { eventId, seq }: Pick<TracedEntry, "eventId" | "seq">): void {
    if (this.#heard.size === 0) return;
    const heard = this.#heard.get(`${eventId}:${seq}`);
    const parent = heard === undefined ? null : turnContextOf(heard.carrier);
    if (heard === undefined || parent === null) return;
    this.#spans.record(below(parent), {
      name: `push ${name}`,
      kind: SpanKind.CONSUMER,
      fromMs: heard.atMs,
      toMs: performance.now(),
      attributes: { "evently.push.sockets": sockets },
    });
  }
}
