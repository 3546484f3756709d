import { NOT_REFUSED, type Refusals, type SaleFigures, type TierFigures } from "../../domain/sale-figures.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

interface Row extends Omit<SaleFigures, "tiers" | "refusals"> {
  readonly tiers: readonly Omit<TierFigures, "refused">[];
  readonly refusals: readonly (Refusals & { readonly tier: string | null })[] | null;
}

/**
 * One statement, so that all of it is of one moment. Stock and money stand in tables of their own; what was given back
 * and what was refused only the ledger knows, of which it reads the entries of these three types. Such an outcome is always the first
 * of its decision.
 */
const FIGURES = `
  with given_back as (
    select o.tier as position, sum(o.quantity) as cancelled,
           coalesce(sum(o.quantity) filter (where o."refundMinor" > 0), 0) as refunded
      from ledger l, json_to_record(l.outcomes -> 0)
             as o (tier smallint, quantity integer, "refundMinor" bigint, "wasHeld" boolean)
     where l.event_id = $1 and l.type in ('BookingCancelled', 'BookingReduced') and o."wasHeld" is null
     group by 1
  ), refused as (
    select l.command ->> 'tier' as tier, o.reason, count(*) as requests, sum(o.quantity) as tickets
      from ledger l, json_to_record(l.outcomes -> 0) as o (reason text, quantity integer)
     where l.event_id = $1 and l.type = 'BookingRejected' and o.reason <> '${NOT_REFUSED}'
     group by 1, 2
  ), booked as (
    select tier as position, sum(total_minor) as minor from booking
     where event_id = $1 and status = 'confirmed' group by tier
  )
  select e.number as "eventNumber", e.name, e.currency, e.status, e.sale_status as "saleStatus", a.ledger_seq as seq,
         encode(a.ledger_digest, 'hex') as digest, ${ms("l.decided_at")} as "decidedAt",
         (select json_agg(json_build_object('tier', t.name, 'priceMinor', t.price_minor, 'capacity', t.capacity,
                   'sold', t.sold, 'soldMinor', coalesce(b.minor, 0), 'held', t.held,
                   'cancelled', coalesce(g.cancelled, 0), 'refunded', coalesce(g.refunded, 0)) order by position)
            from tier t left join given_back g using (position) left join booked b using (position)
           where t.event_id = $1) as tiers,
         (select json_agg(r) from refused r) as refusals,
         coalesce((select sum(captured_minor) from payment where event_id = $1), 0)::bigint as "capturedMinor",
         coalesce((select sum(amount_minor) from refund where event_id = $1 and state = 'refunded'), 0)::bigint
           as "refundedMinor",
         coalesce((select sum(amount_minor) from refund where event_id = $1 and state <> 'refunded'), 0)::bigint
           as "refundsOwedMinor"
    from event e join actor a using (event_id) join ledger l on l.event_id = e.event_id and l.seq = a.ledger_seq
   where e.event_id = $1`;

/** What an event's ledger has come to. Null where there is no such event. */
export async function saleFigures(db: Queryable, eventId: string): Promise<SaleFigures | null> {
  const { rows } = await db.query<Row>({ name: "sale-figures", text: FIGURES, values: [eventId] });
  const [row] = rows;
  if (row === undefined) return null;
  const refusals = row.refusals ?? [];
  return {
    ...row,
    tiers: row.tiers.map((tier) => ({ ...tier, refused: ticketsOf(refusals, tier.tier) })),
    refusals: byReason(refusals),
  };
}

function ticketsOf(refusals: NonNullable<Row["refusals"]>, name: string): number {
  return refusals.reduce((sum, { tier, tickets }) => (tier === name ? sum + tickets : sum), 0);
}

function byReason(refusals: readonly Refusals[]): Refusals[] {
  const sum = (ones: readonly Refusals[], field: "requests" | "tickets") =>
    ones.reduce((total, one) => total + one[field], 0);
  return [...Map.groupBy(refusals, ({ reason }) => reason)]
    .map(([reason, ones]) => ({ reason, requests: sum(ones, "requests"), tickets: sum(ones, "tickets") }))
    .sort((one, other) => (one.reason < other.reason ? -1 : 1));
}
