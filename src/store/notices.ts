import type { EventId } from "../domain/ids.ts";
import type { LedgerRange } from "../engine/ports.ts";
import type { Queryable } from "./database.ts";
import { traceParentOf } from "./trace-parent.ts";

/** Events whose mailbox has new envelopes; `*` means "look everywhere". */
export const MAIL_CHANNEL = "evently_mailbox";
/** Ledger ranges that were just decided. */
export const OUTCOME_CHANNEL = "evently_outcomes";
/** There is something new to be delivered; the payload says nothing. */
export const DELIVERY_CHANNEL = "evently_deliveries";
/** Effects to API processes: these people are to be told on their sockets. `notification:user` pairs. */
export const TELL_CHANNEL = "evently_tell";
/** API to effects processes: these notifications met a socket of their person. */
export const TOLD_CHANNEL = "evently_told";
/** Between API processes: pages with these tags are old. */
export const PAGES_CHANNEL = "evently_pages";
/** Operators to booking workers: look at your row. The payload says nothing. */
export const OPERATOR_CHANNEL = "evently_operator";

/** Stands behind a range that lists of events have to be made anew after. */
const RELISTS = "!";
/** PostgreSQL takes payloads below 8,000 bytes. */
const PAYLOAD_BYTES_MAX = 7_900;

/**
 * Sends a notice as a statement of its own: inside a writing transaction NOTIFY serialises all commits of the server.
 * A notice is a hint; that one was lost is no failure.
 */
async function send(db: Queryable, channel: string, payload: string): Promise<void> {
  await db.query({ name: "notify", text: "select pg_notify($1, $2)", values: [channel, payload] });
}

export async function notifyMail(db: Queryable, eventIds: readonly EventId[]): Promise<void> {
  const payload = eventIds.join(",");
  await send(db, MAIL_CHANNEL, payload.length > PAYLOAD_BYTES_MAX ? "*" : payload);
}

/** The events of a mail notice, or null for "look everywhere". */
export function readMailNotice(payload: string): EventId[] | null {
  return payload === "*" ? null : (payload.split(",") as EventId[]);
}

/** What is traced stands behind the ranges, each behind this; who does not know it leaves it alone. */
const TRACED = "~";
const TRACES_PER_NOTICE_MAX = 30;

/** One notice per turn: a turn has so few events that it always fits. */
export async function notifyOutcomes(db: Queryable, ranges: readonly LedgerRange[]): Promise<void> {
  const parts = ranges.map(
    ({ eventId, from, to, relists }) => `${eventId}:${from}-${to}${relists === true ? RELISTS : ""}`,
  );
  const payload = parts.join(",");
  await send(db, OUTCOME_CHANNEL, payload + tracedParts(ranges, PAYLOAD_BYTES_MAX - payload.length));
}

/** As many as there is room for: a decision whose push is not traced is pushed all the same. */
function tracedParts(ranges: readonly LedgerRange[], roomBytes: number): string {
  let text = "";
  let left = TRACES_PER_NOTICE_MAX;
  for (const { eventId, traces = [] } of ranges) {
    for (const { seq, trace } of traces) {
      const part = `,${TRACED}${eventId}:${seq}:${traceParentOf(trace)}`;
      if (left === 0 || text.length + part.length > roomBytes) return text;
      text += part;
      left -= 1;
    }
  }
  return text;
}

/** The decisions of an outcome notice that are traced, by their W3C `traceparent`. */
export function readTracedNotice(
  payload: string,
): { readonly eventId: EventId; readonly seq: number; readonly carrier: string }[] {
  if (!payload.includes(TRACED)) return [];
  return payload.split(",").flatMap((part) => {
    const match = /^~([0-9a-f-]{36}):(\d+):([0-9a-f-]{55})$/.exec(part);
    if (match === null) return [];
    return [{ eventId: match[1] as EventId, seq: Number(match[2]), carrier: match[3] as string }];
  });
}

export function readOutcomeNotice(payload: string): LedgerRange[] {
  return payload.split(",").flatMap((part) => {
    const match = /^([0-9a-f-]{36}):(\d+)-(\d+)(!?)$/.exec(part);
    if (match === null) return [];
    const range = { eventId: match[1] as EventId, from: Number(match[2]), to: Number(match[3]) };
    return [match[4] === RELISTS ? { ...range, relists: true } : range];
  });
}

export async function notifyWorkers(db: Queryable): Promise<void> {
  await send(db, OPERATOR_CHANNEL, "");
}

export async function notifyDeliveries(db: Queryable): Promise<void> {
  await send(db, DELIVERY_CHANNEL, "");
}

/** Who is to be told of what, on whichever sockets they have. */
export interface Told {
  readonly notificationId: string;
  readonly userId: string;
}

/** Two ids with what stands between them. */
const TOLD_BYTES = 74;
export const TOLD_PER_NOTICE_MAX = Math.floor(PAYLOAD_BYTES_MAX / TOLD_BYTES);

/** @param told at most TOLD_PER_NOTICE_MAX; only ids travel, so that every notice fits. */
export async function notifyTell(db: Queryable, told: readonly Told[]): Promise<void> {
  const payload = told.map(({ notificationId, userId }) => `${notificationId}:${userId}`).join(",");
  await send(db, TELL_CHANNEL, payload);
}

export function readTellNotice(payload: string): Told[] {
  return payload.split(",").flatMap((part) => {
    const [notificationId = "", userId = ""] = part.split(":");
    return notificationId === "" || userId === "" ? [] : [{ notificationId, userId }];
  });
}

/** @param notificationIds at most TOLD_PER_NOTICE_MAX. */
export async function notifyTold(db: Queryable, notificationIds: readonly string[]): Promise<void> {
  await send(db, TOLD_CHANNEL, notificationIds.join(","));
}

export function readToldNotice(payload: string): string[] {
  return payload.split(",");
}

/** @param tags without spaces; so few that their notice fits */
export async function notifyPages(db: Queryable, tags: readonly string[]): Promise<void> {
  await send(db, PAGES_CHANNEL, tags.join(" "));
}

export function readPagesNotice(payload: string): string[] {
  return payload.split(" ");
}
