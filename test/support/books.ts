import type pg from "pg";
import type { EventId } from "../../src/domain/ids.ts";
import { auditState } from "../../src/domain/invariants.ts";
import { replay } from "../../src/domain/replay.ts";
import { availableSeats, type EventState, type World } from "../../src/domain/state.ts";
import { inOrder } from "../../src/domain/waitlist.ts";
import { createPool } from "../../src/store/database.ts";
import { readLedger } from "../../src/store/sql/ledger.ts";
import { loadStates } from "../../src/store/sql/states.ts";
import { silent } from "./postgres.ts";

/** The books of one event after an audit that found nothing wrong. */
export interface Books {
  readonly sold: number;
  readonly held: number;
  readonly available: number;
  readonly confirmed: number;
  readonly rejected: number;
  readonly ledgerLength: number;
  /** Of the outcomes in the ledger, by type. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/**
 * Audits one event: the ledger has no gap, deciding it again gives the stored state, counters, bookings and seats say
 * the same, nothing is sold beyond capacity, and all captured money is a ticket or owed to its buyer.
 * @throws Error naming the first thing that is wrong.
 */
export async function auditEvent(databaseUrl: string, eventId: string): Promise<Books> {
  const pool: pg.Pool = createPool({ url: databaseUrl, name: "test-audit", max: 2, log: silent });
  try {
    const id = eventId as EventId;
    const entries = await readLedger(pool, [{ eventId: id, from: 1, to: Number.MAX_SAFE_INTEGER }]);
    const [state] = await loadStates(pool, [id]);
    const { world, mismatches } = replay(entries);
    if (mismatches.length > 0) throw new Error(`replay differs: ${JSON.stringify(mismatches[0])}`);
    const same = plain(world.state);
    const stored = plain(state as EventState);
    if (same !== stored) throw new Error(`replayed state ${same} is not the stored state ${stored}`);
    auditState(world.state);
    await auditBookings(pool, id, world);
    await auditSeats(pool, id);
    await auditMoney(pool, id);
    const outcomes: Record<string, number> = {};
    for (const { type } of entries.flatMap(({ decision }) => decision)) {
      outcomes[type] = (outcomes[type] ?? 0) + 1;
    }
    const sum = (of: "sold" | "held") => world.state.tiers.reduce((total, tier) => total + tier[of], 0);
    const heads = entries.map(({ decision }) => decision[0].type);
    return {
      sold: sum("sold"),
      held: sum("held"),
      available: availableSeats(world.state),
      confirmed: heads.filter((type) => type === "BookingConfirmed").length,
      rejected: heads.filter((type) => type === "BookingRejected").length,
      ledgerLength: entries.length,
      outcomes,
    };
  } finally {
    await pool.end();
  }
}

async function auditBookings(pool: pg.Pool, eventId: EventId, { state }: World): Promise<void> {
  const { rows } = await pool.query<{ tier: number; sold: number; held: number }>(
    `select position as tier,
            coalesce(sum(quantity) filter (where b.status = 'confirmed'), 0)::integer as sold,
            coalesce(sum(quantity) filter (where b.status = 'pending'), 0)::integer as held
       from tier t left join booking b on b.event_id = t.event_id and b.tier = t.position
      where t.event_id = $1 group by position order by position`,
    [eventId],
  );
  for (const { tier, sold, held } of rows) {
    const counters = state.tiers[tier];
    if (counters?.sold !== sold || counters.held !== held) {
      throw new Error(
        `bookings of tier ${tier} have ${sold} sold and ${held} held tickets, counters say ${counters?.sold} and ${counters?.held}`,
      );
    }
  }
}

/** Every seat of a live booking is taken by it, and no seat by anybody else. */
async function auditSeats(pool: pg.Pool, eventId: EventId): Promise<void> {
  const { rows } = await pool.query(
    `select coalesce(l.seat, s.seat) as seat, l.id, l.status as booking, s.booking_id, s.status
       from (select b.id, b.status, unnest(b.seats) as seat from booking b
              where b.event_id = $1 and b.status in ('pending', 'confirmed')) l
       full join (select * from seat_taken where event_id = $1 and booking_id is not null) s on s.seat = l.seat
      where s.booking_id is distinct from l.id
         or s.status is distinct from case l.status when 'pending' then 1 else 2 end`,
    [eventId],
  );
  if (rows.length > 0) throw new Error(`seats and bookings differ: ${JSON.stringify(rows[0])}`);
}

/** Captured money belongs to a confirmed booking, or was refunded by what the policy gives back, or is owed. */
async function auditMoney(pool: pg.Pool, eventId: EventId): Promise<void> {
  const { rows } = await pool.query(
    `select p.id, p.captured_minor, p.refund_minor, b.status, r.minor
       from payment p
       left join booking b on b.event_id = p.event_id and b.payment_id = p.id and b.status <> 'expired'
       left join lateral (select coalesce(sum(amount_minor), 0)::bigint as minor from refund r
                           where r.event_id = p.event_id and r.payment_id = p.id) r on true
      where p.event_id = $1 and p.state = 'captured'
        and (r.minor <> p.refund_minor
             or (b.id is null and p.captured_minor <> p.refund_minor)
             or (b.status not in ('confirmed', 'cancelled')))`,
    [eventId],
  );
  if (rows.length > 0)
    throw new Error(`a captured payment has neither ticket nor refund: ${JSON.stringify(rows[0])}`);
}

/** A state as text, with fields in one order and without what follows from the rest. */
function plain(state: EventState): string {
  const { seatMap, holdsByUser: _, line, ...rest } = state;
  const seats = seatMap === null ? null : [...seatMap.status].join("");
  return JSON.stringify(sorted({ ...rest, seats, line: [...inOrder(line)] }));
}

function sorted(value: unknown): unknown {
  if (value instanceof Set) return [...value].sort();
  if (value instanceof Map) {
    return [...value].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, sorted(part)]);
  }
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}
