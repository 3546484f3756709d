import type { EntryId } from "../../domain/ids.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { ActorTurn } from "../../engine/ports.ts";
import { columnsOf, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { outcomesOf, type Placed, turnsWith } from "./outcomes-of.ts";
import { integers } from "./seats.ts";

/** Writes who joined the line, who was passed over, who got an offer, and how waiting ended; in this order. */
export async function writeWaitlist(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const joined = outcomesOf(turns, "WaitlistJoined");
  const passed = turns.flatMap(passedOver);
  const offered = outcomesOf(turns, "OfferMade");
  const left = outcomesOf(turns, "WaitlistLeft");
  const over = turnsWith(turns, ENDS_WAITING);
  await Promise.all([
    joined.length === 0 ? null : insertEntries(tx, joined),
    passed.length === 0 ? null : countPassedOver(tx, passed),
    offered.length === 0 ? null : moveEntries(tx, offered, "offered"),
    left.length === 0 ? null : moveEntries(tx, left, "left"),
    endOffers(tx, turns),
    over.length === 0 ? null : dissolveLines(tx, over),
  ]);
}

/** After these there is nothing to wait for any more. */
const ENDS_WAITING: ReadonlySet<Outcome["type"]> = new Set(["EventCancelled", "EventCompleted"]);

async function insertEntries(
  tx: Queryable,
  joined: ReturnType<typeof outcomesOf<"WaitlistJoined">>,
): Promise<void> {
  await tx.query({
    name: "waitlist-join",
    text: `insert into waitlist_entry (event_id, id, user_id, quantity, priority, tiers, offer_id, joined_seq, joined_at)
           select event_id, id, user_id, quantity, priority, tiers::smallint[], offer_id, seq, decided
             from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::uuid[],
                         $8::bigint[], $9::timestamptz[])
               as u (event_id, id, user_id, quantity, priority, tiers, offer_id, seq, decided)`,
    values: columnsOf(
      joined,
      ({ turn }) => turn.actor.eventId,
      ({ outcome }) => outcome.entryId,
      ({ outcome }) => outcome.userId,
      ({ outcome }) => outcome.quantity,
      ({ outcome }) => outcome.priority,
      ({ outcome }) => integers(outcome.tiers),
      ({ outcome }) => outcome.offerId,
      ({ seq }) => seq,
      ({ turn }) => timestamp(turn.actor.now),
    ),
  });
}

interface PassedOver {
  readonly eventId: string;
  readonly entryId: EntryId;
  readonly times: number;
}

function passedOver({ actor, entries }: ActorTurn): PassedOver[] {
  const times = new Map<EntryId, number>();
  for (const { decision } of entries) {
    for (const outcome of decision) {
      const entryId = "passedOver" in outcome ? outcome.passedOver : undefined;
      if (entryId !== undefined) times.set(entryId, (times.get(entryId) ?? 0) + 1);
    }
  }
  return [...times].map(([entryId, count]) => ({ eventId: actor.eventId, entryId, times: count }));
}

async function countPassedOver(tx: Queryable, passed: readonly PassedOver[]): Promise<void> {
  await tx.query({
    name: "waitlist-pass-over",
    text: `update waitlist_entry w set passed_over = w.passed_over + u.times
             from unnest($1::uuid[], $2::uuid[], $3::integer[]) as u (event_id, id, times)
            where w.event_id = u.event_id and w.id = u.id`,
    values: columnsOf(
      passed,
      ({ eventId }) => eventId,
      ({ entryId }) => entryId,
      ({ times }) => times,
    ),
  });
}

async function moveEntries(
  tx: Queryable,
  moved: readonly Placed<Extract<Outcome, { entryId: EntryId }>>[],
  status: "offered" | "left",
): Promise<void> {
  const column = status === "offered" ? "offered_at" : "ended_at";
  await tx.query({
    name: `waitlist-${status}`,
    text: `update waitlist_entry w set status = '${status}', ${column} = u.decided
             from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as u (event_id, id, decided)
            where w.event_id = u.event_id and w.id = u.id`,
    values: columnsOf(
      moved,
      ({ turn }) => turn.actor.eventId,
      ({ outcome }) => outcome.entryId,
      ({ turn }) => timestamp(turn.actor.now),
    ),
  });
}

/** How holds end that were offers: the booking knows which entry it was an offer to. */
async function endOffers(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const ended = [
    ...outcomesOf(turns, "BookingConfirmed")
      .filter(({ outcome }) => outcome.wasHeld)
      .map((placed) => ({ ...placed, status: "converted" })),
    ...outcomesOf(turns, "HoldExpired").map((placed) => ({ ...placed, status: "lapsed" })),
    ...outcomesOf(turns, "BookingCancelled")
      .filter(({ outcome }) => outcome.wasHeld)
      .map((placed) => ({ ...placed, status: "left" })),
  ];
  if (ended.length === 0) return;
  await tx.query({
    name: "waitlist-end-offer",
    text: `update waitlist_entry w set status = u.status, ended_at = u.decided
             from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) as u (event_id, booking_id, status, decided)
             join booking b on b.event_id = u.event_id and b.id = u.booking_id
            where w.event_id = u.event_id and w.id = b.entry_id and w.status = 'offered'`,
    values: columnsOf(
      ended,
      ({ turn }) => turn.actor.eventId,
      ({ outcome }) => outcome.bookingId,
      ({ status }) => status,
      ({ turn }) => timestamp(turn.actor.now),
    ),
  });
}

async function dissolveLines(tx: Queryable, over: readonly ActorTurn[]): Promise<void> {
  await tx.query({
    name: "waitlist-dissolve",
    text: `update waitlist_entry w set status = 'left', ended_at = u.decided
             from unnest($1::uuid[], $2::timestamptz[]) as u (event_id, decided)
            where w.event_id = u.event_id and w.status = 'waiting'`,
    values: columnsOf(
      over,
      ({ actor }) => actor.eventId,
      ({ actor }) => timestamp(actor.now),
    ),
  });
}
