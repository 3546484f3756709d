import type { Queryable } from "../database.ts";

export interface PaymentFigures {
  /** Captured money that is neither a confirmed or cancelled booking's nor owed back. Anything but 0 is a bug. */
  readonly withoutTicket: number;
  /** Refunds that are owed and not settled. */
  readonly refundsOwed: number;
  /** Refunds that a provider would not make: somebody has to look at them. */
  readonly refundsFailed: number;
  /** Age of the oldest task that a provider is to be asked, in milliseconds. */
  readonly oldestTaskMs: number;
}

/** What an operator has to know about money, read from the tables themselves. */
export async function paymentFigures(db: Queryable): Promise<PaymentFigures> {
  const { rows } = await db.query<PaymentFigures>(`
    select (select count(*)::integer from payment p
              left join booking b on b.event_id = p.event_id and b.payment_id = p.id
                                 and b.status in ('confirmed', 'cancelled')
             where p.state = 'captured' and b.id is null and p.captured_minor > p.refund_minor) as "withoutTicket",
           (select count(*)::integer from refund where state = 'owed') as "refundsOwed",
           (select count(*)::integer from refund where state = 'failed') as "refundsFailed",
           (select coalesce(extract(epoch from clock_timestamp() - min(due_at)) * 1000, 0)::float8
              from payment_task where due_at < now()) as "oldestTaskMs"`);
  return rows[0] as PaymentFigures;
}
