import { type Command, type Lane, laneOf } from "../domain/command.ts";
import { refuseBeforeQueueing } from "../domain/decide/book-tickets.ts";
import type { EventId } from "../domain/ids.ts";
import type { Refusal } from "../domain/refusal.ts";
import { reached } from "../ops/points.ts";
import type { Sql } from "./boss.ts";
import { encode } from "./codec.ts";
import type { AcceptSql, Door, KeyClaim, KeyRow } from "./ports.ts";
import { putEnvelopes } from "./put.ts";

/** A command on its way into the mailbox. */
export interface Letter {
  readonly eventId: EventId;
  readonly command: Command;
  readonly key: KeyClaim | null;
  /** Where its sender is traced, what the envelope says of that. */
  readonly trace?: string | undefined;
}

/** What became of it. Decided later: `accepted` and, possibly, `replayed`. */
export type Acceptance =
  | {
      readonly type: "accepted";
      /** Its number in its lane. */
      readonly ordinal: number;
      /** Place in line among new bookings, from 1; 0 for urgent commands. */
      readonly position: number;
      readonly decidedPerSecond: number | null;
    }
  /** The key was used before for the same request: look there. */
  | { readonly type: "replayed"; readonly row: KeyRow }
  /** The key was used before for another request. */
  | { readonly type: "keyReused" }
  /** Refused before it was put in line: the stock cannot suffice. */
  | { readonly type: "refused"; readonly refusal: Refusal }
  /** The mailbox is full. */
  | { readonly type: "full"; readonly waiting: number; readonly decidedPerSecond: number | null }
  | { readonly type: "unknownEvent" };

export interface AcceptPorts {
  readonly sql: AcceptSql;
  readonly mailboxDepthMax: number;
}

/**
 * Accepts letters in the transaction of `tx`: keys first, then what the stock already rules out, then the
 * rest into the mailboxes. The answers count once the caller has committed.
 * @param sent called once the last statement is on the wire: COMMIT may follow it there, before it is answered. Told which
 *   events have new mail.
 */
export async function acceptLetters(
  ports: AcceptPorts,
  tx: Sql,
  letters: readonly Letter[],
  sent: (eventIds: readonly EventId[]) => void = () => undefined,
): Promise<Acceptance[]> {
  const { sql } = ports;
  const eventIds = [...new Set(letters.map(({ eventId }) => eventId))];
  const doors = new Map((await sql.readDoors(tx, eventIds)).map((door) => [door.eventId, door]));
  const answers = letters.map((letter) =>
    atTheDoor(doors.get(letter.eventId), letter, ports.mailboxDepthMax),
  );
  await claimKeys(sql, tx, letters, answers);
  const admitted = letters.flatMap((letter, at) => (answers[at] === null ? [{ letter, at }] : []));
  if (admitted.length > 0) await post(ports, tx, admitted, { doors, answers, sent });
  return answers as Acceptance[];
}

/** What buyers may send as often as they like waits in the urgent lane up to here; payments are let in beyond it. */
const URGENT_DEPTH_MAX = 5_000;
const BOUNDED: ReadonlySet<Command["type"]> = new Set([
  "JoinWaitlist",
  "LeaveWaitlist",
  "TransferBooking",
  "ExchangeTickets",
]);

function atTheDoor(door: Door | undefined, { command }: Letter, depthMax: number): Acceptance | null {
  if (door === undefined) return { type: "unknownEvent" };
  if (command.type !== "BookTickets") {
    if (!BOUNDED.has(command.type) || door.urgentWaiting < URGENT_DEPTH_MAX) return null;
    return { type: "full", waiting: door.urgentWaiting, decidedPerSecond: door.decidedPerSecond };
  }
  if (door.urgentWaiting === 0) {
    const refusal = refuseBeforeQueueing(door, command);
    if (refusal !== null) return { type: "refused", refusal };
  }
  if (door.bookingsWaiting < depthMax) return null;
  return { type: "full", waiting: door.bookingsWaiting, decidedPerSecond: door.decidedPerSecond };
}

/** An earlier use of a key comes before anything else; a refusal is stored with the key it answers. */
async function claimKeys(
  sql: AcceptSql,
  tx: Sql,
  letters: readonly Letter[],
  answers: (Acceptance | null)[],
): Promise<void> {
  const claims = letters.flatMap(({ eventId, command, key }, at) => {
    const answer = answers[at] ?? null;
    if (key === null || answer?.type === "unknownEvent" || answer?.type === "full") return [];
    const refusal = answer?.type === "refused" ? answer.refusal : null;
    return [{ at, row: { ...key, eventId, commandId: command.id, refusal } }];
  });
  if (claims.length === 0) return;
  // The first use in this batch is the one that may be new; the others find its row.
  const taking = claims.filter(({ row }) => !isForNow(row.refusal));
  const first = new Map(taking.toReversed().map((claim) => [claim.row.digest.toString("hex"), claim]));
  const isNew =
    first.size === 0
      ? new Set<string>()
      : await sql.reserveKeys(
          tx,
          [...first.values()].map(({ row }) => row),
        );
  reached("accept.keysReserved");
  const used = claims.filter((claim) => {
    const digest = claim.row.digest.toString("hex");
    return !isNew.has(digest) || first.get(digest) !== claim;
  });
  if (used.length === 0) return;
  const rows = await sql.findKeys(
    tx,
    used.map(({ row }) => row.digest),
  );
  for (const { at, row } of used) answers[at] = answerOfKey(rows, row) ?? answers[at] ?? null;
}

/** A pause ends: the same request may do then, so it takes no key. It is answered by an earlier use of it all the same. */
function isForNow(refusal: Refusal | null): boolean {
  return refusal?.reason === "SalePaused";
}

/** @returns null where the key was not used, by a request that takes none */
function answerOfKey(rows: readonly KeyRow[], claim: KeyRow): Acceptance | null {
  const row = rows.find(({ digest }) => digest.equals(claim.digest));
  if (row === undefined) {
    if (isForNow(claim.refusal)) return null;
    throw new Error("invariant: a key is neither new nor used");
  }
  return row.fingerprint.equals(claim.fingerprint) ? { type: "replayed", row } : { type: "keyReused" };
}

interface Admitted {
  readonly letter: Letter;
  readonly at: number;
}

interface Desk {
  readonly doors: ReadonlyMap<EventId, Door>;
  /** Where the answers to admitted letters are put. */
  readonly answers: (Acceptance | null)[];
  readonly sent: (eventIds: readonly EventId[]) => void;
}

async function post(
  { sql }: AcceptPorts,
  tx: Sql,
  admitted: readonly Admitted[],
  { doors, answers, sent }: Desk,
): Promise<void> {
  const byEvent = Map.groupBy(admitted, ({ letter }) => letter.eventId);
  const counts = [...byEvent].map(([eventId, group]) => ({ eventId, ...countLanes(group) }));
  const totals = await sql.countIn(tx, counts);
  if (totals.length !== counts.length) throw new Error("invariant: an event was not counted");
  const addressed = totals.flatMap(({ eventId, bookings, urgent, now }) => {
    const group = byEvent.get(eventId) ?? [];
    const door = doors.get(eventId) as Door;
    const counted = countLanes(group);
    const next: Record<Lane, number> = {
      bookings: bookings - counted.bookings,
      urgent: urgent - counted.urgent,
    };
    return group.map(({ letter: { command, trace }, at }) => {
      const lane = laneOf(command);
      next[lane] += 1;
      const ordinal = next[lane];
      const position = lane === "urgent" ? 0 : Math.max(1, ordinal - door.bookingsDecided);
      answers[at] = { type: "accepted", ordinal, position, decidedPerSecond: door.decidedPerSecond };
      const envelope = { command: stamped(command, door), lane, ordinal, acceptedAt: now, trace };
      return { eventId, parcel: encode(envelope) };
    });
  });
  const put = putEnvelopes(tx, addressed);
  sent(counts.map(({ eventId }) => eventId));
  await put;
}

/**
 * A price that changes while a booking waits is not charged unasked: the booking says which one it was accepted at. One that
 * is sent again was accepted before.
 */
function stamped(command: Command, { version }: Door): Command {
  if (command.type !== "BookTickets" || command.seenVersion !== undefined) return command;
  return { ...command, seenVersion: version };
}

function countLanes(group: readonly Admitted[]): { bookings: number; urgent: number } {
  const bookings = group.filter(({ letter }) => letter.command.type === "BookTickets").length;
  return { bookings, urgent: group.length - bookings };
}
