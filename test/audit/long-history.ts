import type pg from "pg";
import { carryOut } from "../../src/domain/carry-out.ts";
import type { EventId } from "../../src/domain/ids.ts";
import { Replayer } from "../../src/domain/replay.ts";
import type { ActorTurn, Entry } from "../../src/engine/ports.ts";
import { chained } from "../../src/store/chained-turn.ts";
import { insertBookings } from "../../src/store/sql/bookings.ts";
import { appendLedger } from "../../src/store/sql/ledger.ts";
import type { Engine } from "../engine/engine.ts";

const TURN = 5_000;

/**
 * Gives a new event so many requests for a ticket each, decided by the domain and written by the store as turns are, but
 * without the mailbox: a long history in seconds.
 */
export async function writeHistory(engine: Engine, eventId: EventId, requests: number): Promise<void> {
  const replayer = new Replayer();
  const [created] = await engine.ledger(eventId);
  if (created === undefined) throw new Error(`event ${eventId} has no ledger`);
  replayer.take(created);
  const { world } = replayer;
  const now = created.decidedAt + 1;
  let ledgerDigest = await headDigest(engine.pool, eventId);
  for (let done = 0; done < requests; done += TURN) {
    const entries: Entry[] = [];
    for (let n = done; n < Math.min(requests, done + TURN); n += 1) {
      const command = { ...engine.book(eventId), seenVersion: 1 };
      entries.push({ seq: n + 2, command, decision: carryOut(world, command, now), acceptedAt: now });
    }
    const turn = chained({ actor: { eventId, now, ledgerDigest }, entries } as unknown as ActorTurn);
    ledgerDigest = turn.ledgerDigest;
    await appendLedger(engine.pool, [turn]);
    await insertBookings(engine.pool, [turn]);
  }
  const sold = world.state.tiers[0]?.sold;
  await engine.pool.query("update tier set sold = $2 where event_id = $1", [eventId, sold]);
  await engine.pool.query(
    `update actor set ledger_seq = $2::bigint + 1, bookings_decided = $2, bookings_live = $3,
                      ledger_digest = decode($4, 'hex') where event_id = $1`,
    [eventId, requests, world.state.bookings, ledgerDigest],
  );
  await engine.pool.query("update mailbox_counter set bookings_accepted = $2 where event_id = $1", [
    eventId,
    requests,
  ]);
}

async function headDigest(pool: pg.Pool, eventId: EventId): Promise<string> {
  const { rows } = await pool.query<{ digest: string }>(
    "select encode(ledger_digest, 'hex') as digest from actor where event_id = $1",
    [eventId],
  );
  return rows[0]?.digest ?? "";
}

/**
 * Copies an event with all that is stored about it so many times, under other ids. The database itself chains what is
 * written without a digest.
 */
export async function multiply(pool: pg.Pool, eventId: EventId, times: number): Promise<void> {
  await pool.query(
    `create table copies as select gen_random_uuid() as id, n from generate_series(1, ${times}) n`,
  );
  for (const table of ["event", "tier", "actor", "mailbox_counter", "booking", "ledger"]) {
    // Text is replaced, because ids and the event's number are in the JSON of ledgers, too.
    await pool.query(
      `insert into ${table} select made.* from ${table} t, copies c,
         lateral json_populate_record(null::${table}, regexp_replace(regexp_replace(
           replace(row_to_json(t)::text, '${eventId}', c.id::text), '"number":\\d+', '"number":' || c.n || '0', 'g'),
           '"digest":"[^"]*"', '"digest":null')::json) made
        where t.event_id = '${eventId}' order by c.n, t.ctid`,
    );
  }
}
