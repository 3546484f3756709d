import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { AlwaysOnSampler, type SpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { StatementTime } from "../engine/ports.ts";
import { SpanIds } from "./span-ids.ts";
import { WallClock } from "./wall-clock.ts";

/** Something that took its time. Times are those of `performance.now()`. */
export interface Timed {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly attributes?: Attributes;
  readonly kind?: SpanKind;
  /** What kind of failure it was: a name or a number, never a message, which may hold anything. */
  readonly error?: string | null;
  /** Where others know its id already. */
  readonly spanId?: string;
}

export interface SpansOptions {
  /** As `service.name` of what is exported. */
  readonly service: string;
  readonly role: string;
  readonly instanceId: string;
  readonly version: string;
  readonly processors: readonly SpanProcessor[];
}

/** Longer ones are cut: nothing that is said here needs more. */
const VALUE_LENGTH_MAX = 200;

/** Makes spans, by OpenTelemetry. Whether something is traced was decided before: whatever comes here is recorded. */
export class Spans {
  readonly #ids = new SpanIds();
  readonly #clock = new WallClock();
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;

  constructor({ service, role, instanceId, version, processors }: SpansOptions) {
    this.#provider = new TracerProvider({
      sampler: new AlwaysOnSampler(),
      idGenerator: this.#ids,
      resource: resourceFromAttributes({
        "service.name": service,
        "service.version": version,
        "service.instance.id": instanceId,
        "evently.role": role,
      }),
      spanLimits: { attributeValueLengthLimit: VALUE_LENGTH_MAX },
      spanProcessors: [...processors],
    });
    this.#tracer = this.#provider.getTracer("evently", version);
  }

  /** Begins a span that is ended with `end`. @param parent null: a trace begins with it */
  begin(
    parent: Context | null,
    { name, fromMs, kind, attributes, spanId }: Omit<Timed, "toMs" | "error">,
  ): Span {
    if (spanId !== undefined) this.#ids.giveNext(spanId);
    const options = {
      startTime: this.#clock.at(fromMs),
      kind: kind ?? SpanKind.INTERNAL,
      ...(attributes === undefined ? {} : { attributes }),
    };
    return this.#tracer.startSpan(name, options, parent ?? ROOT_CONTEXT);
  }

  end(span: Span, toMs: number, error: string | null = null): void {
    if (error !== null) {
      span.setAttribute("error.type", error);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end(this.#clock.at(toMs));
  }

  /** A span of something that is over. Returns what hangs below it. */
  record(parent: Context | null, timed: Timed): Context {
    const span = this.begin(parent, timed);
    this.end(span, timed.toMs, timed.error ?? null);
    return below(span.spanContext());
  }

  recordStatement(parent: Context, { name, fromMs, toMs, error }: StatementTime): void {
    this.record(parent, {
      name,
      fromMs,
      toMs,
      error,
      kind: SpanKind.CLIENT,
      attributes: { "db.system.name": "postgresql", "db.query.summary": name },
    });
  }

  /** Hands over what was not handed over yet, and takes no more. */
  close(): Promise<void> {
    return this.#provider.shutdown();
  }
}

/** The context of everything that a span was the cause of. */
export function below(context: SpanContext): Context {
  return trace.setSpanContext(ROOT_CONTEXT, context);
}
