import type { PaymentView } from "../../domain/views.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

const PAYMENT = `select p.id, p.event_id as "eventId", p.booking_id as "bookingId", p.user_id as "userId", p.provider,
    p.state, p.state = 'captured' and not exists (select from refund r where r.event_id = p.event_id
      and r.booking_id = p.booking_id and r.payment_id = p.id and r.reason = 'late') as "boughtTickets", p.amount_minor as "amountMinor", p.refund_minor as "refundMinor", s.checkout_url as "checkoutUrl",
    s.client_secret as "clientSecret", ${ms("p.created_at")} as "createdAt"
  from payment p left join payment_session s on s.payment_id = p.id`;

/** A payment by its id alone; the event is found by its session, which every payment has. */
export async function paymentById(db: Queryable, paymentId: string): Promise<PaymentView | null> {
  const { rows } = await db.query<PaymentView>({
    name: "payment-by-id",
    text: `${PAYMENT} where p.id = $1 and p.event_id = (select event_id from payment_session where payment_id = $1)`,
    values: [paymentId],
  });
  return rows[0] ?? null;
}

/**
 * The payment that counts: the one that the booking waits for or was paid by, else the last. Two may be of one turn, in which
 * a page gave way to a token, so that the time alone does not tell them apart.
 */
export async function paymentOfBooking(
  db: Queryable,
  eventId: string,
  bookingId: string,
): Promise<PaymentView | null> {
  const { rows } = await db.query<PaymentView>({
    name: "payment-of-booking",
    text: `${PAYMENT} left join booking b on b.event_id = p.event_id and b.id = p.booking_id
            where p.event_id = $1 and p.booking_id = $2
            order by p.id = b.payment_id desc nulls last, p.created_at desc, p.id desc limit 1`,
    values: [eventId, bookingId],
  });
  return rows[0] ?? null;
}
