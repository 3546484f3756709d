import { type Attributes, type Context, ROOT_CONTEXT, type Span, SpanKind, trace } from "@opentelemetry/api";
import type { StatementTime } from "../engine/ports.ts";
import { type Carrier, headersOf, turnContextOf } from "./carrier.ts";
import type { Scope, Scopes } from "./scope.ts";
import { below, type Spans } from "./spans.ts";

/** Of work that is done for many at once, so many traced ones are told of every statement. */
export const SHARED_BY_MAX = 20;
/** What one piece of work sends to the database is told up to here. */
const STATEMENTS_MAX = 200;

/** What work came to: an error is the kind of a failure, not its message. */
export interface WorkResult {
  readonly attributes?: Attributes;
  readonly error?: string | null;
}

interface Work<T> {
  readonly name: string;
  /** What was decided with the same carrier is what this work is owed by. */
  readonly carriers: readonly Carrier[];
  readonly attributes?: Attributes;
  readonly describe?: (result: T) => WorkResult;
}

/** Work that follows from what turns decided, in other processes and later. */
export class SharedWork {
  readonly #spans: Spans;
  readonly #scopes: Scopes;

  constructor(spans: Spans, scopes: Scopes) {
    this.#spans = spans;
    this.#scopes = scopes;
  }

  /** Does it as a part of each trace that it is for. Whatever it throws is thrown. */
  async around<T>(
    { name, carriers, attributes = {}, describe }: Work<T>,
    work: () => Promise<T>,
  ): Promise<T> {
    const fromMs = performance.now();
    const begun = carriers.slice(0, SHARED_BY_MAX).flatMap((carrier): Span[] => {
      const parent = turnContextOf(carrier);
      if (parent === null) return [];
      return [this.#spans.begin(below(parent), { name, fromMs, kind: SpanKind.CONSUMER, attributes })];
    });
    if (begun.length === 0) return await work();
    const endAll = ({ attributes: found = {}, error = null }: WorkResult) => {
      const toMs = performance.now();
      for (const span of begun) this.#spans.end(span.setAttributes(found), toMs, error);
    };
    try {
      const contexts = begun.map((span) => trace.setSpan(ROOT_CONTEXT, span));
      const result = await this.#scopes.run(this.scopeOf(contexts), work);
      endAll(describe?.(result) ?? {});
      return result;
    } catch (error) {
      endAll({ error: kindOf(error) });
      throw error;
    }
  }

  /** What a request to somebody else says of the trace that it is made in: W3C `traceparent` and `tracestate`, or nothing. */
  outgoing(): Readonly<Record<string, string>> {
    const { active } = this.#scopes;
    const span = active === null ? undefined : trace.getSpanContext(active.context);
    return span === undefined ? {} : headersOf(span);
  }

  /** A scope whose statements are noted below each of these. */
  scopeOf(contexts: readonly Context[]): Scope {
    let left = STATEMENTS_MAX;
    return {
      context: contexts[0] ?? ROOT_CONTEXT,
      isOpen: true,
      note: (statement: StatementTime) => {
        if (left === 0) return;
        left -= 1;
        for (const context of contexts) this.#spans.recordStatement(context, statement);
      },
    };
  }
}

/** What kind of error it was. Its message may hold anything, such as an address of somebody's. */
export function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
