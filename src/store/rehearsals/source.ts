import type pg from "pg";
import type { LedgerEntry } from "../../domain/ledger.ts";
import type { Log } from "../../ops/log.ts";
import type { RehearsalSource } from "../../rehearsal/ports.ts";
import { ms } from "../columns.ts";
import { createPool } from "../database.ts";

/** Connections of a rehearsal: they cannot write, whatever is asked of them. */
export function createRehearsalPool(url: string, log: Log): pg.Pool {
  const settings = ["default_transaction_read_only=on"];
  return createPool({ url, name: "evently-rehearsal", max: 1, log, settings });
}

/** The database behind a pool, as a rehearsal reads it. */
export function createRehearsalSource(pool: pg.Pool): RehearsalSource {
  return {
    ledger: (eventId, after, countMax) => readLedger(pool, eventId, after, countMax),
    async rates(eventId) {
      const { rows } = await pool.query<{ here: number | null; installation: number | null }>(
        `select a.decided_per_s as here,
                (select percentile_cont(0.5) within group (order by decided_per_s) from actor) as installation
           from event e left join actor a using (event_id) where e.event_id = $1`,
        [eventId],
      );
      return rows[0] ?? null;
    },
    async turnedAway(eventId) {
      const { rows } = await pool.query<{ requests: number }>(
        `select coalesce(sum(requests), 0)::bigint as requests
           from analytics_tally where event_id = $1 and what = 'turned_away'`,
        [eventId],
      );
      return rows[0]?.requests ?? 0;
    },
    async now() {
      const { rows } = await pool.query<{ now: number }>(`select ${ms("clock_timestamp()")} as now`);
      return rows[0]?.now ?? 0;
    },
  };
}

async function readLedger(
  pool: pg.Pool,
  eventId: string,
  after: number,
  countMax: number,
): Promise<LedgerEntry[]> {
  const { rows } = await pool.query<LedgerEntry & pg.QueryResultRow>({
    name: "rehearsal-ledger",
    text: `select event_id as "eventId", seq, command, outcomes as decision, ${ms("decided_at")} as "decidedAt"
             from ledger where event_id = $1 and seq > $2 order by seq limit $3`,
    values: [eventId, after, countMax],
  });
  return rows;
}
