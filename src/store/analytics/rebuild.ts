import type pg from "pg";
import { MEASURE_NAMES, SALES_NAMES } from "../../analytics/measures.ts";
import type { Person } from "../../analytics/people.ts";
import { ms } from "../columns.ts";
import { inTransaction, type Queryable } from "../database.ts";
import { EVERYBODY } from "./scope.ts";
import { soldOf } from "./write-categories.ts";
import { countPeople } from "./write-people.ts";
import { addSales, type NamedSales } from "./write-scopes.ts";

/** All that is made of the ledger. What the API counts itself stays: no ledger has it. */
const MADE = [
  "analytics_event",
  "analytics_event_day",
  "analytics_day",
  "analytics_tier",
  "analytics_tier_day",
  "analytics_category_day",
  "analytics_minute",
  "analytics_person",
  "analytics_people",
  "analytics_booking",
  "analytics_refund",
] as const;

/** Waits for whoever is adding up, and keeps others from it until this transaction ends. */
async function takeLease(tx: Queryable): Promise<void> {
  await tx.query("select 1 from analytics_progress for update");
}

/**
 * Throws all analytics away and has them made again from the first entries on by whoever adds up. A rebuild that is under
 * way already is gone on with.
 * @returns since when it goes on, and whether it was begun before. Unix milliseconds.
 */
export async function beginRebuild(
  pool: pg.Pool,
): Promise<{ readonly since: number; readonly isResumed: boolean }> {
  return await inTransaction(pool, async (tx) => {
    await takeLease(tx);
    const { rows } = await tx.query<{ since: number | null }>(
      `select ${ms("rebuilding_since")} as since from analytics_progress`,
    );
    const since = rows[0]?.since ?? null;
    if (since !== null) return { since, isResumed: true };
    await tx.query(`truncate ${MADE.join(", ")}`);
    await tx.query("delete from analytics_tally where what = 'refused'");
    await tx.query("delete from analytics_tally_day where what = 'refused'");
    const begun = await tx.query<{ since: number }>(
      `update analytics_progress set rebuilding_since = now(), caught_up_at = null returning ${ms("rebuilding_since")} as since`,
    );
    return { since: begun.rows[0]?.since ?? 0, isResumed: false };
  });
}

/**
 * Takes what was added up of one event out of everything, so that it is added up again. When somebody booked last is kept:
 * it only ever moves forward, and the same entries lead to it again.
 * @returns false where nothing of it was added up
 */
export async function forgetEvent(pool: pg.Pool, eventId: string): Promise<boolean> {
  return await inTransaction(pool, async (tx) => {
    await takeLease(tx);
    const { rows } = await tx.query<Owned>(
      `select event_id as "eventId", owner_id as "ownerId", currency, category from analytics_event where event_id = $1`,
      [eventId],
    );
    const [event] = rows;
    if (event === undefined) return false;
    await forgetDays(tx, event);
    await forgetSales(tx, event);
    await forgetRefusals(tx, event);
    await forgetPeople(tx, event);
    for (const table of ["event", "event_day", "tier", "tier_day", "minute", "booking", "refund"])
      await tx.query(`delete from analytics_${table} where event_id = $1`, [eventId]);
    await tx.query("delete from analytics_tally where event_id = $1 and what = 'refused'", [eventId]);
    await tx.query("update analytics_progress set caught_up_at = null");
    return true;
  });
}

interface Owned {
  readonly eventId: string;
  readonly ownerId: string;
  readonly currency: string;
  readonly category: string;
}

/** The scopes of $2, an organiser. */
const SCOPES = `(values ($2::uuid), ('${EVERYBODY}'::uuid)) as s (id)`;

async function forgetDays(tx: Queryable, { eventId, ownerId, currency }: Owned): Promise<void> {
  await tx.query(
    `update analytics_day d set ${MEASURE_NAMES.map((name) => `${name} = d.${name} - e.${name}`).join(", ")}
       from analytics_event_day e, ${SCOPES}
      where e.event_id = $1 and d.scope_id = s.id and d.currency = $3 and d.day = e.day`,
    [eventId, ownerId, currency],
  );
}

async function forgetSales(tx: Queryable, { eventId, ownerId, currency, category }: Owned): Promise<void> {
  const byDay = await soldOf(tx, [eventId]);
  const byTier = await tx.query<NamedSales["sales"] & { name: string; day: string }>(
    `select t.name, d.day::text, ${SALES_NAMES.map((name) => `d.${name}`).join(", ")}
       from analytics_tier_day d join analytics_tier t using (event_id, tier) where d.event_id = $1`,
    [eventId],
  );
  const less = (
    kind: NamedSales["kind"],
    name: string,
    day: string,
    sold: NamedSales["sales"],
  ): NamedSales => {
    const sales = Object.fromEntries(SALES_NAMES.map((one) => [one, -sold[one]])) as NamedSales["sales"];
    return { ownerId, currency, kind, name, day, sales };
  };
  await addSales(tx, [
    ...byDay.map(({ day, ...sold }) => less("event", category, day, sold)),
    ...byTier.rows.map(({ name, day, ...sold }) => less("tier", name, day, sold)),
  ]);
}

async function forgetRefusals(tx: Queryable, { eventId, ownerId }: Owned): Promise<void> {
  await tx.query(
    `update analytics_tally_day d set requests = d.requests - t.requests, tickets = d.tickets - t.tickets
       from analytics_tally t, ${SCOPES}
      where t.event_id = $1 and t.what = 'refused'
        and d.scope_id = s.id and d.day = t.day and d.what = t.what and d.reason = t.reason`,
    [eventId, ownerId],
  );
}

interface PersonRow extends Person {
  readonly scope: string;
  readonly currency: string;
  readonly userId: string;
  readonly ofEvent: Pick<Person, "bookings" | "tickets" | "spendMinor">;
}

async function forgetPeople(tx: Queryable, { eventId, ownerId, currency }: Owned): Promise<void> {
  const { rows } = await tx.query<PersonRow>(
    `with own as (
       select user_id, count(*)::integer as bookings, sum(quantity)::integer as tickets,
              sum(quantity * unit_price_minor)::bigint as spend
         from analytics_booking where event_id = $1 and not is_held group by user_id)
     update analytics_person p
        set bookings = p.bookings - own.bookings, tickets = p.tickets - own.tickets, spend_minor = p.spend_minor - own.spend
       from own, ${SCOPES}
      where p.scope_id = s.id and p.currency = $3 and p.user_id = own.user_id
     returning p.scope_id as scope, p.currency, p.user_id as "userId", p.bookings, p.tickets, p.spend_minor as "spendMinor",
               ${ms("p.last_at")} as "lastAt",
               json_build_object('bookings', own.bookings, 'tickets', own.tickets, 'spendMinor', own.spend) as "ofEvent"`,
    [eventId, ownerId, currency],
  );
  const people = rows.map(({ scope, userId, ofEvent, ...row }) => {
    const after = {
      bookings: row.bookings,
      tickets: row.tickets,
      spendMinor: row.spendMinor,
      lastAt: row.lastAt,
    };
    const before = {
      bookings: after.bookings + ofEvent.bookings,
      tickets: after.tickets + ofEvent.tickets,
      spendMinor: after.spendMinor + ofEvent.spendMinor,
      lastAt: after.lastAt,
    };
    return { scope, currency: row.currency, userId, before, after };
  });
  await countPeople(tx, people);
}
