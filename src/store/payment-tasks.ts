import type pg from "pg";
import type { PaymentId } from "../domain/ids.ts";
import type { PaymentTask } from "../domain/payment-task.ts";
import { columnsOf } from "./columns.ts";
import type { Queryable } from "./database.ts";

/** A task that is claimed for a while, with how often it was tried before. */
export interface ClaimedTask extends PaymentTask {
  readonly attempts: number;
  readonly trace: string | null;
}

/** Adds tasks; one that is there already stays as it is. */
export async function addPaymentTasks(
  db: Queryable,
  tasks: readonly (PaymentTask & { readonly trace?: string | null })[],
  delayMs = 0,
): Promise<void> {
  if (tasks.length === 0) return;
  await db.query({
    name: "payment-task-add",
    text: `insert into payment_task (kind, id, event_id, payment_id, booking_id, amount_minor, result_id, trace, due_at)
           select u.*, now() + $9 * interval '1 millisecond'
             from unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::uuid[],
                         $8::text[]) as u
           on conflict (kind, id) do nothing`,
    values: [
      ...columnsOf(
        tasks,
        ({ kind }) => kind,
        ({ id }) => id,
        ({ eventId }) => eventId,
        ({ paymentId }) => paymentId,
        ({ bookingId }) => bookingId,
        ({ amountMinor }) => amountMinor,
        ({ resultId }) => resultId,
        ({ trace }) => trace,
      ),
      delayMs,
    ],
  });
}

/** Claims what is due by putting it off: if its process dies, somebody else takes it when that time is over. */
export async function claimPaymentTasks(
  pool: pg.Pool,
  { max, leaseMs }: { readonly max: number; readonly leaseMs: number },
): Promise<ClaimedTask[]> {
  const { rows } = await pool.query<ClaimedTask>({
    name: "payment-task-claim",
    text: `update payment_task t set due_at = now() + $2 * interval '1 millisecond', attempts = t.attempts + 1
             from (select kind, id from payment_task where due_at <= now()
                    order by due_at limit $1 for update skip locked) d
            where t.kind = d.kind and t.id = d.id
           returning t.kind, t.id, t.event_id as "eventId", t.payment_id as "paymentId", t.booking_id as "bookingId",
                     t.amount_minor as "amountMinor", t.result_id as "resultId", t.attempts - 1 as attempts,
                     t.trace`,
    values: [max, leaseMs],
  });
  return rows;
}

/** Claims tasks for longer that are being done. */
export async function renewPaymentTasks(
  db: Queryable,
  tasks: readonly PaymentTask[],
  leaseMs: number,
): Promise<void> {
  if (tasks.length === 0) return;
  await db.query({
    name: "payment-task-renew",
    text: `update payment_task t set due_at = now() + $3 * interval '1 millisecond'
             from unnest($1::text[], $2::uuid[]) as u (kind, id) where t.kind = u.kind and t.id = u.id`,
    values: [
      ...columnsOf(
        tasks,
        ({ kind }) => kind,
        ({ id }) => id,
      ),
      leaseMs,
    ],
  });
}

/** Asks about an undecided payment at once: its provider has just said that something happened. */
export async function hastenPaymentCheck(db: Queryable, paymentId: PaymentId): Promise<void> {
  await db.query({
    name: "payment-task-hasten",
    text: "update payment_task set due_at = now(), attempts = 0 where kind = 'check' and id = $1",
    values: [paymentId],
  });
}

export async function finishPaymentTask(db: Queryable, { kind, id }: PaymentTask): Promise<void> {
  await db.query({
    name: "payment-task-finish",
    text: "delete from payment_task where kind = $1 and id = $2",
    values: [kind, id],
  });
}

/** Puts a task off that could not be done yet. */
export async function postponePaymentTask(
  db: Queryable,
  { kind, id }: PaymentTask,
  delayMs: number,
): Promise<void> {
  await db.query({
    name: "payment-task-postpone",
    text: "update payment_task set due_at = now() + $3 * interval '1 millisecond' where kind = $1 and id = $2",
    values: [kind, id, delayMs],
  });
}
