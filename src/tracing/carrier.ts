import { createTraceState, type SpanContext, TraceFlags } from "@opentelemetry/api";
import { parseTraceParent } from "@opentelemetry/core";

/**
 * What tells another process which trace something belongs to: a W3C `traceparent` and, where the caller sent one, a space
 * and its `tracestate` (https://www.w3.org/TR/trace-context-1/). It is a text, so that it fits into an envelope or a row.
 */
export type Carrier = string;

/** What vendors must at least be able to send, and as much as is carried here. */
const STATE_LENGTH_MAX = 512;
const STATE = /^[\x20-\x7e]*$/;

/** What a request's headers say; null where they say nothing, or nothing that is valid. */
export function remoteContextOf(
  parent: string | string[] | undefined,
  state: string | string[] | undefined,
): SpanContext | null {
  if (typeof parent !== "string") return null;
  const context = parseTraceParent(parent);
  if (context === null) return null;
  const text = Array.isArray(state) ? state.join(",") : state;
  const isCarried = text !== undefined && text.length <= STATE_LENGTH_MAX && STATE.test(text);
  return { ...context, isRemote: true, ...(isCarried ? { traceState: createTraceState(text) } : {}) };
}

export function carrierOf({ traceId, spanId, traceState }: SpanContext): Carrier {
  const state = traceState?.serialize() ?? "";
  return `00-${traceId}-${spanId}-01${state === "" ? "" : ` ${state}`}`;
}

/** The headers that tell somebody who is called over HTTP. */
export function headersOf(context: SpanContext): Readonly<Record<string, string>> {
  const [traceparent = "", ...state] = carrierOf(context).split(" ");
  return state.length === 0 ? { traceparent } : { traceparent, tracestate: state.join(" ") };
}

/** Null where it is none, whoever wrote it. */
export function contextOf(carrier: Carrier): SpanContext | null {
  const [parent, ...state] = carrier.split(" ");
  return remoteContextOf(parent, state.length === 0 ? undefined : state.join(" "));
}

/** Something that no random span id is likely to be turned into another by. */
const TURN_MARK = 0x7475726e_7475726en;

/**
 * The id of the span of the turn that decides what this carrier was sent with. It follows from the carrier, so that what a
 * turn owes to the world can be hung below it before the turn has committed, in whichever process.
 */
export function turnSpanIdOf({ spanId }: Pick<SpanContext, "spanId">): string {
  const turned = (BigInt(`0x${spanId}`) ^ TURN_MARK).toString(16).padStart(16, "0");
  return /^0+$/.test(turned) ? spanId : turned;
}

/** What a turn's consequences are part of. */
export function turnContextOf(carrier: Carrier): SpanContext | null {
  const context = contextOf(carrier);
  if (context === null) return null;
  return { ...context, spanId: turnSpanIdOf(context), traceFlags: TraceFlags.SAMPLED };
}
