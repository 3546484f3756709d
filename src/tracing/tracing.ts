import type { SpanProcessor } from "@opentelemetry/sdk-trace";
import type { StatementTime } from "../engine/ports.ts";
import { AcceptTraces } from "./accept-traces.ts";
import { PushTraces } from "./push-traces.ts";
import { Reckoning } from "./reckoning.ts";
import { RequestTraces } from "./request-traces.ts";
import { Scopes } from "./scope.ts";
import { SharedWork } from "./shared-work.ts";
import { Spans } from "./spans.ts";
import { TurnTraces } from "./turn-traces.ts";

export interface TracingOptions {
  readonly service: string;
  readonly role: string;
  readonly instanceId: string;
  readonly version: string;
  readonly sampleRatio: number;
  readonly slowMs: number;
  /** Of requests that do not say for themselves, where a share of them is traced. */
  readonly drawnPerSecondMax?: number;
  readonly processors: readonly SpanProcessor[];
}

/** Everything that one process does about traces, but for keeping them. */
export class Tracing {
  readonly reckoning = new Reckoning();
  readonly requests: RequestTraces;
  readonly accepts: AcceptTraces;
  readonly turns: TurnTraces;
  readonly pushes: PushTraces;
  /** Work that follows from what turns decided. */
  readonly shared: SharedWork;
  readonly #spans: Spans;
  readonly #scopes = new Scopes();

  constructor(options: TracingOptions) {
    this.#spans = new Spans(options);
    const [spans, scopes, { reckoning }] = [this.#spans, this.#scopes, this];
    this.shared = new SharedWork(spans, scopes);
    const { shared } = this;
    this.requests = new RequestTraces({ ...options, spans, scopes, shared, reckoning });
    this.accepts = new AcceptTraces(spans, scopes, shared);
    this.turns = new TurnTraces(spans);
    this.pushes = new PushTraces(spans);
  }

  /** Who wants to know of statements that are sent just here; null: nobody. */
  readonly watchStatements = (): ((statement: StatementTime) => void) | null =>
    this.#scopes.active?.note ?? null;

  /** Does a part of what is traced just here, if anything is, as a span of its own. */
  readonly step = <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const scope = this.#scopes.active;
    if (scope === null) return work();
    const fromMs = performance.now();
    return work().finally(() => {
      this.#spans.record(scope.context, { name, fromMs, toMs: performance.now() });
    });
  };

  /** Hands over what was not handed over yet. */
  close(): Promise<void> {
    return this.#spans.close();
  }
}
