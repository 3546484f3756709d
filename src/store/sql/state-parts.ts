import type { BookingId, EventId, PaymentId } from "../../domain/ids.ts";
import type { PromoCode } from "../../domain/promo-code.ts";
import { newSeatMap, type SeatMap, type SeatStatus, takeStored } from "../../domain/seat-map.ts";
import { type SeatingDraft, seatingOf } from "../../domain/seating.ts";
import type { Hold } from "../../domain/state.ts";
import type { Entry } from "../../domain/waitlist.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

type OfEvent<T> = T & { readonly eventId: EventId };

interface HoldRow extends OfEvent<Omit<Hold, "payment">> {
  readonly paymentId: PaymentId | null;
  readonly amountMinor: number;
  readonly method: "token" | "checkout";
  readonly resultId: BookingId;
  readonly until: number;
  readonly isCancelling: boolean;
}

/** The live holds of events, each with the payment that is under way. */
export async function readHolds(tx: Queryable, eventIds: readonly EventId[]): Promise<OfEvent<Hold>[]> {
  const { rows } = await tx.query<HoldRow>({
    name: "state-holds",
    text: `select b.event_id as "eventId", b.id, b.user_id as "userId", b.tier, b.quantity, b.seats,
                  b.unit_price_minor as "unitPriceMinor", b.price_version as "priceVersion", b.promo_code as "promoCode", b.entry_id as "entryId",
                  ${ms("b.expires_at")} as "expiresAt", ${ms("b.held_until")} as "heldUntil", p.id as "paymentId", p.amount_minor as "amountMinor",
                  p.method, p.result_id as "resultId", ${ms("p.until")} as until, p.is_cancelling as "isCancelling"
             from booking b
             left join payment p on p.event_id = b.event_id and p.id = b.payment_id and p.state = 'open'
            where b.event_id = any($1::uuid[]) and b.status = 'pending'`,
    values: [eventIds],
  });
  return rows.map(({ paymentId, amountMinor, method, resultId, until, isCancelling, ...held }) => ({
    ...held,
    payment:
      paymentId === null ? null : { id: paymentId, amountMinor, method, resultId, until, isCancelling },
  }));
}

export async function readCodes(tx: Queryable, eventIds: readonly EventId[]): Promise<OfEvent<PromoCode>[]> {
  const { rows } = await tx.query<OfEvent<PromoCode>>({
    name: "state-codes",
    text: `select event_id as "eventId", code, discount, uses_max as "usesMax", tiers,
                  ${ms("valid_until")} as "validUntil", used
             from promo_code where event_id = any($1::uuid[]) order by created_at, code`,
    values: [eventIds],
  });
  return rows;
}

/** Those who wait, in the order of joining; the priorities are put apart by the state itself. */
export async function readLine(tx: Queryable, eventIds: readonly EventId[]): Promise<OfEvent<Entry>[]> {
  const { rows } = await tx.query<OfEvent<Entry>>({
    name: "state-line",
    text: `select w.event_id as "eventId", w.id, w.user_id as "userId", w.quantity, w.priority, w.tiers,
                  w.offer_id as "offerId", w.passed_over as "passedOver",
                  (select coalesce(sum(b.quantity), 0) from booking b
                    where b.user_id = w.user_id and b.event_id = w.event_id
                      and b.status in ('confirmed', 'pending'))::integer as owned
             from waitlist_entry w where w.event_id = any($1::uuid[]) and w.status = 'waiting'
            order by w.joined_seq`,
    values: [eventIds],
  });
  return rows;
}

export async function readWithdrawals(
  tx: Queryable,
  eventIds: readonly EventId[],
): Promise<OfEvent<{ readonly bookingId: BookingId }>[]> {
  const { rows } = await tx.query<OfEvent<{ bookingId: BookingId }>>({
    name: "state-withdrawals",
    text: `select event_id as "eventId", booking_id as "bookingId"
             from withdrawal where event_id = any($1::uuid[])`,
    values: [eventIds],
  });
  return rows;
}

/** The seats of an event as they are now. */
export async function readSeatMap(tx: Queryable, eventId: EventId): Promise<SeatMap> {
  const [seating, taken] = await Promise.all([readSeating(tx, eventId), readTaken(tx, eventId)]);
  if (seating === null) throw new Error(`invariant: event ${eventId} has no seats`);
  const map = newSeatMap(seatingOf(seating));
  takeStored(map, taken);
  return map;
}

/** How an organiser laid the seats out; null where the event has none. */
export async function readSeating(tx: Queryable, eventId: string): Promise<SeatingDraft | null> {
  const { rows } = await tx.query<{ layout: SeatingDraft }>({
    name: "seating-layout",
    text: "select layout from seating where event_id = $1",
    values: [eventId],
  });
  return rows[0]?.layout ?? null;
}

export async function readTaken(
  tx: Queryable,
  eventId: string,
): Promise<{ readonly seat: number; readonly status: SeatStatus }[]> {
  const { rows } = await tx.query<{ seat: number; status: SeatStatus }>({
    name: "seating-taken",
    text: "select seat, status from seat_taken where event_id = $1",
    values: [eventId],
  });
  return rows;
}
