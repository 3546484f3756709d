import type { BookingId } from "../../domain/ids.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { World } from "../../domain/state.ts";
import type { CheckIn } from "../../domain/ticket.ts";
import type { ActorTurn } from "../../engine/ports.ts";
import { columnsOf, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { integers } from "./seats.ts";

/** A booking as it is after the turn, whatever the turn did to it in how many steps. */
interface Changed {
  readonly turn: ActorTurn;
  readonly id: BookingId;
  readonly userId: string;
  readonly tier: number;
  readonly quantity: number;
  readonly seats: readonly number[] | null;
  readonly unitPriceMinor: number;
  readonly priceVersion: number | null;
  readonly refundMinor: number;
  readonly status: string;
  readonly expiresAt: number | null;
  readonly paymentId: string | null;
  readonly issue: number;
  readonly checkIns: readonly CheckIn[];
}

/** What only a confirmed booking has. */
const UNUSED = { issue: 1, checkIns: [] } as const;

/** Writes the bookings that were there before the turn, or that it changed again, as they are now. */
export async function changeBookings(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const changed = turns.flatMap((turn) => [...changedIn(turn)].map((id) => stateOf(turn, id)));
  if (changed.length === 0) return;
  await tx.query({
    name: "booking-change",
    text: `update booking b
              set user_id = u.user_id, tier = u.tier, quantity = u.quantity, seats = u.seats::integer[],
                  unit_price_minor = u.unit, total_minor = u.unit * u.quantity, refund_minor = u.refund,
                  status = u.status, expires_at = u.expires, payment_id = u.payment, issue = u.issue,
                  check_ins = u.checked, updated_at = u.decided, price_version = u.price_version
             from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::smallint[], $5::integer[], $6::text[], $7::bigint[],
                         $8::bigint[], $9::text[], $10::timestamptz[], $11::uuid[], $12::timestamptz[],
                         $13::smallint[], $14::jsonb[], $15::integer[])
               as u (event_id, id, user_id, tier, quantity, seats, unit, refund, status, expires, payment, decided, issue,
                     checked, price_version)
            where b.event_id = u.event_id and b.id = u.id`,
    values: columnsOf(
      changed,
      ({ turn }) => turn.actor.eventId,
      ({ id }) => id,
      ({ userId }) => userId,
      ({ tier }) => tier,
      ({ quantity }) => quantity,
      ({ seats }) => integers(seats),
      ({ unitPriceMinor }) => unitPriceMinor,
      ({ refundMinor }) => refundMinor,
      ({ status }) => status,
      ({ expiresAt }) => (expiresAt === null ? null : timestamp(expiresAt)),
      ({ paymentId }) => paymentId,
      ({ turn }) => timestamp(turn.actor.now),
      ({ issue }) => issue,
      ({ checkIns }) => (checkIns.length === 0 ? null : JSON.stringify(checkIns)),
      ({ priceVersion }) => priceVersion,
    ),
  });
}

function changedIn({ entries }: ActorTurn): Set<BookingId> {
  const ids = new Set<BookingId>();
  for (const { decision } of entries) {
    for (const outcome of decision) {
      const id = changedBy(outcome);
      if (id !== null) ids.add(id);
      if (outcome.type === "BookingConfirmed" && outcome.replaces !== undefined) ids.add(outcome.replaces);
    }
  }
  return ids;
}

/** The stored booking that an outcome changes; null where it makes a new one or touches none. */
function changedBy(outcome: Outcome): BookingId | null {
  switch (outcome.type) {
    case "BookingConfirmed":
      return outcome.wasHeld ? outcome.bookingId : null;
    case "HoldExpired":
    case "BookingCancelled":
    case "BookingReduced":
    case "BookingTransferred":
    case "TicketsExchanged":
    case "TicketCheckedIn":
    case "PaymentRequested":
    case "PaymentCaptured":
      return outcome.bookingId;
    case "PaymentFailed":
      // Without a hold there is nothing that it could have changed, and the booking may not even be known here.
      return outcome.expiresAt === null ? null : outcome.bookingId;
    default:
      return null;
  }
}

function stateOf(turn: ActorTurn, id: BookingId): Changed {
  const { state, bookings }: World = turn.world;
  const held = state.holds.get(id);
  if (held !== undefined) {
    return {
      ...held,
      turn,
      refundMinor: 0,
      status: "pending",
      paymentId: held.payment?.id ?? null,
      ...UNUSED,
    };
  }
  const booking = bookings.get(id);
  if (booking === undefined) throw new Error(`invariant: booking ${id} was changed and is not known`);
  return { ...booking, turn, expiresAt: null };
}
