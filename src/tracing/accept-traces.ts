import { type Context, ROOT_CONTEXT, type Span, SpanKind, trace } from "@opentelemetry/api";
import { carrierOf } from "./carrier.ts";
import type { Scopes } from "./scope.ts";
import { kindOf, SHARED_BY_MAX, type SharedWork } from "./shared-work.ts";
import type { Spans } from "./spans.ts";

/** A command on its way into a mailbox that is sent by something that is traced. */
export class TracedLetter {
  /** What its envelope says of it. */
  readonly carrier: string;
  readonly context: Context;
  readonly #span: Span;
  readonly #spans: Spans;

  constructor(span: Span, spans: Spans) {
    this.#span = span;
    this.#spans = spans;
    this.context = trace.setSpan(ROOT_CONTEXT, span);
    this.carrier = carrierOf(span.spanContext());
  }

  /** @param result what became of it, or null where it is not known or nothing was accepted */
  end(result: string | null, error: unknown = null): void {
    if (result !== null) this.#span.setAttribute("evently.accept.result", result);
    this.#spans.end(this.#span, performance.now(), error === null ? null : kindOf(error));
  }
}

/** Traces the way of commands into their mailboxes. A transaction is shared by many: each that is traced is told of it. */
export class AcceptTraces {
  readonly #spans: Spans;
  readonly #scopes: Scopes;
  readonly #shared: SharedWork;

  constructor(spans: Spans, scopes: Scopes, shared: SharedWork) {
    this.#spans = spans;
    this.#scopes = scopes;
    this.#shared = shared;
  }

  /** Null where whoever sends it is not traced. */
  begin(command: string): TracedLetter | null {
    const scope = this.#scopes.active;
    if (scope === null) return null;
    const span = this.#spans.begin(scope.context, {
      name: `accept ${command}`,
      fromMs: performance.now(),
      kind: SpanKind.PRODUCER,
      attributes: { "evently.command": command },
    });
    return new TracedLetter(span, this.#spans);
  }

  /** Begins work of many, as nobody's. */
  outside(work: () => void): void {
    this.#scopes.outside(work);
  }

  /** A transaction that these share with others. */
  async transaction<T>(
    letters: readonly TracedLetter[],
    { lettersInAll }: { readonly lettersInAll: number },
    work: () => Promise<T>,
  ): Promise<T> {
    const fromMs = performance.now();
    const begun = letters.slice(0, SHARED_BY_MAX).map(({ context }) =>
      this.#spans.begin(context, {
        name: "accept transaction",
        fromMs,
        attributes: { "evently.accept.letters": lettersInAll },
      }),
    );
    let error: string | null = null;
    try {
      const contexts = begun.map((span) => trace.setSpan(ROOT_CONTEXT, span));
      return await this.#scopes.run(this.#shared.scopeOf(contexts), work);
    } catch (cause) {
      error = kindOf(cause);
      throw cause;
    } finally {
      for (const span of begun) this.#spans.end(span, performance.now(), error);
    }
  }
}
