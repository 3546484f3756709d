import { createHash } from "node:crypto";
import type { Told } from "../history/entry.ts";
import type { Ending } from "../history/history-writer.ts";
import type { Op } from "../history/op.ts";

/** A reply of the API, its body parsed where it is JSON. */
export interface Incoming {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: read field by field, as any client would
  readonly body: any;
}

/** What the API says where it surely has not accepted: all other 503s leave it open. */
const FULL = "Too many bookings of this event are waiting";
/** The connection never came about: nothing was sent. */
const NEVER_SENT: ReadonlySet<string> = new Set(["ECONNREFUSED", "UND_ERR_CONNECT_TIMEOUT"]);

/** What a reply means. */
export function endingOf(op: Op, reply: Incoming): Ending {
  const { status, body } = reply;
  const code = typeof body?.code === "string" ? body.code : null;
  return { type: verdictOf(reply), status, code, body: toldOf(op, reply) };
}

function verdictOf({ status, body }: Incoming): Ending["type"] {
  if (status < 400) return "ok";
  if (status < 500) return "fail";
  return status === 503 && String(body?.error).startsWith(FULL) ? "fail" : "info";
}

/** What a request means that no reply came to. @param error of the network, or the client's own time-out */
export function endingWithoutReply(error: unknown): Ending {
  const code = codeOf(error);
  return { type: NEVER_SENT.has(code) ? "fail" : "info", status: null, code, body: {} };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "UNKNOWN";
  if (error.name === "TimeoutError") return "TIMEOUT";
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : error.name;
}

/** What of a reply a checker needs. */
function toldOf(op: Op, { status, headers, body }: Incoming): Told {
  const data = status < 400 ? (body?.data ?? {}) : (body ?? {});
  const retryAfter = Number(headers["retry-after"] ?? Number.NaN);
  return told({
    ...fieldsOf(op, data),
    isReplayed: headers["idempotency-replayed"] === "true" ? true : undefined,
    retryAfterS: Number.isFinite(retryAfter) ? retryAfter : undefined,
    isCached: typeof body?.cached === "boolean" ? body.cached : undefined,
    digest: status === 201 ? digestOf(data) : undefined,
    receipt: textOf(data.receipt),
  });
}

type Fields = { readonly [F in keyof Told]?: Told[F] | undefined };

// biome-ignore lint/suspicious/noExplicitAny: see Incoming
function fieldsOf(op: Op, data: any): Fields {
  if (op.type === "read" || op.type === "capacity") {
    return {
      seq: numberOf(data.seq),
      version: numberOf(data.version),
      capacity: numberOf(data.total_capacity ?? data.capacity),
      available: numberOf(data.available_seats),
      sold: numberOf(data.sold_seats ?? data.sold),
    };
  }
  return {
    booking: textOf(data.booking_id),
    reference: textOf(data.booking_reference),
    state: textOf(data.status),
    quantity: numberOf(data.quantity),
    seats: seatsOf(data.seats),
    totalAmount: numberOf(data.total_amount ?? data.amount),
    refundAmount: numberOf(data.refund_amount),
    expiresAt: timeOf(data.expires_at),
    payment: textOf(data.payment_id),
    entry: textOf(data.waitlist_id),
    position: numberOf(data.position),
    replaces: textOf(data.replaces),
    available: numberOf(data.available_seats),
    rejection: textOf(data.rejection_code),
  };
}

function told(fields: Fields): Told {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Told;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function timeOf(value: unknown): number | undefined {
  return typeof value === "string" ? Date.parse(value) : undefined;
}

function seatsOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.map(({ id }) => String(id)).sort();
}

function digestOf(data: unknown): string {
  return createHash("sha256").update(JSON.stringify(data)).digest("base64url").slice(0, 16);
}
