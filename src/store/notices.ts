import type { EventId } from "../domain/ids.ts";
import type { LedgerRange } from "../engine/ports.ts";
import type { Queryable } from "./database.ts";

/** Events whose mailbox has new envelopes; `*` means "look everywhere". */
export const MAIL_CHANNEL = "evently_mailbox";
/** Ledger ranges that were just decided. */
export const OUTCOME_CHANNEL = "evently_outcomes";

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

/** One notice per turn: a turn has so few events that it always fits. */
export async function notifyOutcomes(db: Queryable, ranges: readonly LedgerRange[]): Promise<void> {
  await send(
    db,
    OUTCOME_CHANNEL,
    ranges.map(({ eventId, from, to }) => `${eventId}:${from}-${to}`).join(","),
  );
}

export function readOutcomeNotice(payload: string): LedgerRange[] {
  return payload.split(",").flatMap((part) => {
    const match = /^([0-9a-f-]{36}):(\d+)-(\d+)$/.exec(part);
    return match === null
      ? []
      : [{ eventId: match[1] as EventId, from: Number(match[2]), to: Number(match[3]) }];
  });
}
