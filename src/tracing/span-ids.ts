import { type IdGenerator, RandomIdGenerator } from "@opentelemetry/sdk-trace";

/** Random ids, but for a span whose id others know already. */
export class SpanIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #next: string | null = null;

  generateTraceId(): string {
    return this.#random.generateTraceId();
  }

  generateSpanId(): string {
    const next = this.#next ?? this.#random.generateSpanId();
    this.#next = null;
    return next;
  }

  /** The next span that is begun has this id. */
  giveNext(spanId: string): void {
    this.#next = spanId;
  }
}
