import type pg from "pg";
import type { EventId } from "../../src/domain/ids.ts";
import { replay } from "../../src/domain/replay.ts";
import { availableSeats } from "../../src/domain/state.ts";
import { createPool } from "../../src/store/database.ts";
import { readLedger } from "../../src/store/sql/ledger.ts";
import { loadStates } from "../../src/store/sql/states.ts";
import { silent } from "./postgres.ts";

/** The books of one event after an audit that found nothing wrong. */
export interface Books {
  readonly sold: number;
  readonly available: number;
  readonly confirmed: number;
  readonly rejected: number;
  readonly ledgerLength: number;
}

/**
 * Audits one event: the ledger has no gap, deciding it again gives the stored state, the counters are the sum of
 * the confirmed bookings, and nothing is sold beyond capacity at any entry.
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
    const same = JSON.stringify({ ...world.state, withdrawn: [...world.state.withdrawn] });
    const stored = JSON.stringify({ ...state, withdrawn: [...(state?.withdrawn ?? [])] });
    if (JSON.stringify(sorted(JSON.parse(same))) !== JSON.stringify(sorted(JSON.parse(stored)))) {
      throw new Error(`replayed state ${same} is not the stored state ${stored}`);
    }
    const { rows } = await pool.query<{ seats: number; count: number }>(
      "select coalesce(sum(quantity), 0)::integer as seats, count(*)::integer as count from booking where event_id = $1 and status = 'confirmed'",
      [eventId],
    );
    const sold = world.state.tiers.reduce((sum, tier) => sum + tier.sold, 0);
    if (rows[0]?.seats !== sold)
      throw new Error(`bookings hold ${rows[0]?.seats} seats, counters say ${sold}`);
    const heads = entries.map(({ decision }) => decision[0].type);
    return {
      sold,
      available: availableSeats(world.state),
      confirmed: heads.filter((type) => type === "BookingConfirmed").length,
      rejected: heads.filter((type) => type === "BookingRejected").length,
      ledgerLength: entries.length,
    };
  } finally {
    await pool.end();
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}
