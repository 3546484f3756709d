import type { PaymentId } from "../../domain/ids.ts";
import type { Payment } from "../../domain/state.ts";
import type { ActorTurn } from "../../engine/ports.ts";
import { columnsOf, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { outcomesOf } from "./outcomes-of.ts";

export async function insertPayments(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const requested = outcomesOf(turns, "PaymentRequested");
  if (requested.length === 0) return;
  await tx.query({
    name: "payment-insert",
    text: `insert into payment (event_id, id, booking_id, user_id, provider, method, amount_minor, result_id, until,
                                created_at, updated_at)
           select event_id, id, booking_id, user_id, provider, method, amount, result, until, decided, decided
             from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bigint[],
                         $8::uuid[], $9::timestamptz[], $10::timestamptz[])
               as u (event_id, id, booking_id, user_id, provider, method, amount, result, until, decided)`,
    values: columnsOf(
      requested,
      ({ turn }) => turn.actor.eventId,
      ({ outcome }) => outcome.paymentId,
      ({ outcome }) => outcome.bookingId,
      ({ outcome }) => outcome.userId,
      ({ outcome }) => outcome.provider,
      ({ outcome }) => outcome.method,
      ({ outcome }) => outcome.amountMinor,
      ({ outcome }) => outcome.resultId,
      ({ outcome }) => timestamp(outcome.expiresAt),
      ({ turn }) => timestamp(turn.actor.now),
    ),
  });
}

/** Writes payments as they are after the turn, and which of them their provider is asked to end. */
export async function changePayments(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const changed = turns.flatMap((turn) => {
    const ids = new Set<PaymentId>();
    for (const type of ["PaymentFailed", "PaymentCaptured", "RefundOwed"] as const) {
      for (const { outcome } of outcomesOf([turn], type)) ids.add(outcome.paymentId);
    }
    return [...ids].map((id) => ({ ...(turn.world.payments.get(id) as Payment), turn }));
  });
  const cancelling = outcomesOf(turns, "PaymentCancelRequested");
  await Promise.all([
    changed.length === 0 ? null : writePayments(tx, changed),
    cancelling.length === 0 ? null : markCancelling(tx, cancelling),
  ]);
}

async function writePayments(
  tx: Queryable,
  changed: readonly (Payment & { readonly turn: ActorTurn })[],
): Promise<void> {
  await tx.query({
    name: "payment-change",
    text: `update payment p
              set state = u.state, captured_minor = u.captured, refund_minor = u.refund, updated_at = u.decided
             from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::timestamptz[])
               as u (event_id, id, state, captured, refund, decided)
            where p.event_id = u.event_id and p.id = u.id`,
    values: columnsOf(
      changed,
      ({ turn }) => turn.actor.eventId,
      ({ id }) => id,
      ({ state }) => state,
      ({ capturedMinor }) => capturedMinor,
      ({ refundMinor }) => refundMinor,
      ({ turn }) => timestamp(turn.actor.now),
    ),
  });
}

async function markCancelling(
  tx: Queryable,
  cancelling: ReturnType<typeof outcomesOf<"PaymentCancelRequested">>,
): Promise<void> {
  await tx.query({
    name: "payment-cancelling",
    text: `update payment p set is_cancelling = true, updated_at = u.decided
             from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as u (event_id, id, decided)
            where p.event_id = u.event_id and p.id = u.id`,
    values: columnsOf(
      cancelling,
      ({ turn }) => turn.actor.eventId,
      ({ outcome }) => outcome.paymentId,
      ({ turn }) => timestamp(turn.actor.now),
    ),
  });
}

/** Refunds that are owed, and what became of them; the booking shows how its refunds stand together. */
export async function writeRefunds(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const owed = outcomesOf(turns, "RefundOwed");
  const settled = outcomesOf(turns, "RefundSettled");
  const touched = [...owed, ...settled];
  if (touched.length === 0) return;
  await Promise.all([
    owed.length === 0 ? null : insertRefunds(tx, owed),
    settled.length === 0 ? null : settleRefunds(tx, settled),
    tx.query({
      name: "booking-refund-status",
      text: `update booking b set refund_status = case when r.owed then 'processing' when r.failed then 'failed' else 'refunded' end
               from (select r.event_id, r.booking_id, bool_or(r.state = 'owed') as owed, bool_or(r.state = 'failed') as failed
                       from refund r join unnest($1::uuid[], $2::uuid[]) as u (event_id, booking_id)
                         on r.event_id = u.event_id and r.booking_id = u.booking_id
                      group by r.event_id, r.booking_id) r
              where b.event_id = r.event_id and b.id = r.booking_id`,
      values: columnsOf(
        touched,
        ({ turn }) => turn.actor.eventId,
        ({ outcome }) => outcome.bookingId,
      ),
    }),
  ]);
}

async function insertRefunds(
  tx: Queryable,
  owed: ReturnType<typeof outcomesOf<"RefundOwed">>,
): Promise<void> {
  await tx.query({
    name: "refund-insert",
    text: `insert into refund (event_id, id, payment_id, booking_id, amount_minor, reason, created_at)
           select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::text[], $7::timestamptz[])`,
    values: columnsOf(
      owed,
      ({ turn }) => turn.actor.eventId,
      ({ outcome }) => outcome.refundId,
      ({ outcome }) => outcome.paymentId,
      ({ outcome }) => outcome.bookingId,
      ({ outcome }) => outcome.amountMinor,
      ({ outcome }) => outcome.reason,
      ({ turn }) => timestamp(turn.actor.now),
    ),
  });
}

async function settleRefunds(
  tx: Queryable,
  settled: ReturnType<typeof outcomesOf<"RefundSettled">>,
): Promise<void> {
  await tx.query({
    name: "refund-settle",
    text: `update refund r set state = case when u.failure is null then 'refunded' else 'failed' end,
                  failure = u.failure, settled_at = u.decided
             from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) as u (event_id, id, failure, decided)
            where r.event_id = u.event_id and r.id = u.id and r.state <> 'refunded'`,
    values: columnsOf(
      settled,
      ({ turn }) => turn.actor.eventId,
      ({ outcome }) => outcome.refundId,
      ({ outcome }) => outcome.failure,
      ({ turn }) => timestamp(turn.actor.now),
    ),
  });
}
