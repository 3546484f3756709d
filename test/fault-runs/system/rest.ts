import { setTimeout as sleep } from "node:timers/promises";
import type { System } from "./system.ts";

/** What is still to be done. */
export interface Backlog {
  readonly envelopes: number;
  readonly outbox: number;
  readonly paymentTasks: number;
}

const LOOK_MS = 20;
/** Longer than any hold or offer of a workload lives: what comes due later is of another day. */
const SOON = "10 seconds";
const EXPIRED_MS_MAX = 10_000;

/**
 * Waits until mailboxes, outbox and payment tasks are empty, and then until no hold is left that expires by itself, so that
 * what is read next is of one state. Where no effects worker runs, nobody empties the last two.
 * @returns when it was empty first, on the history's clock; null where it was not within `msMax`; and what is left now
 */
export async function untilAtRest(
  system: System,
  msMax: number,
): Promise<{ readonly emptyAt: number | null; readonly backlog: Backlog }> {
  const emptyAt = await untilEmpty(system, msMax);
  const deadline = performance.now() + EXPIRED_MS_MAX;
  while (emptyAt !== null && performance.now() < deadline && (await isDueSoon(system))) await sleep(LOOK_MS);
  if (emptyAt !== null) await untilEmpty(system, msMax);
  return { emptyAt, backlog: await backlogOf(system) };
}

async function untilEmpty(system: System, msMax: number): Promise<number | null> {
  const deadline = performance.now() + msMax;
  for (;;) {
    const at = performance.now();
    if (isEmpty(await backlogOf(system), system)) return at;
    if (performance.now() > deadline) return null;
    await sleep(LOOK_MS);
  }
}

function isEmpty({ envelopes, outbox, paymentTasks }: Backlog, { effects }: System): boolean {
  return envelopes === 0 && (effects.length === 0 || (outbox === 0 && paymentTasks === 0));
}

/** Whether a hold or an offer is about to expire: what is read of the database and of metrics has to be of one state. */
async function isDueSoon({ db }: System): Promise<boolean> {
  const { rowCount } = await db.query(
    `select 1 from actor where next_due_at < clock_timestamp() + interval '${SOON}' limit 1`,
  );
  return rowCount === 1;
}

/** Counted as they are now; what is postponed counts too. */
async function backlogOf({ db }: System): Promise<Backlog> {
  const { rows } = await db.query<Backlog>(
    `select (select count(*) from mailbox.job)
              + (select coalesce(sum(greatest(bookings_accepted + urgent_accepted - bookings_decided - urgent_decided, 0)), 0)
                   from mailbox_counter join actor using (event_id)) as envelopes,
            (select count(*) from outbox) as outbox,
            (select count(*) from payment_task) as "paymentTasks"`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("invariant: a count has a row");
  return {
    envelopes: Number(row.envelopes),
    outbox: Number(row.outbox),
    paymentTasks: Number(row.paymentTasks),
  };
}
