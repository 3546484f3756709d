import type pg from "pg";
import type { EventId } from "../domain/ids.ts";
import { columnsOf } from "./columns.ts";
import { inTransaction } from "./database.ts";

interface Owed {
  readonly eventId: EventId;
  readonly sink: string;
  readonly from: number;
  readonly to: number;
  readonly attempts: number;
  readonly traces: Readonly<Record<string, string>> | null;
}

/** Claims owed ranges for the time of one transaction; see `RelayPorts.withClaimed`. */
export async function withClaimed(
  pool: pg.Pool,
  { sink, max }: { readonly sink: string; readonly max: number },
  work: (owed: readonly Owed[]) => Promise<readonly Owed[]>,
): Promise<number> {
  return await inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<Owed>({
      name: "outbox-claim",
      text: `select event_id as "eventId", sink, from_seq as "from", to_seq as "to", attempts, traces from outbox
              where sink = $1 and due_at <= now() order by due_at limit $2 for update skip locked`,
      values: [sink, max],
    });
    if (rows.length === 0) return 0;
    const done = new Set(await work(rows));
    await settle(tx, [...done]);
    await postpone(
      tx,
      rows.filter((row) => !done.has(row)),
    );
    return rows.length;
  });
}

const KEY = "unnest($1::uuid[], $2::text[], $3::bigint[]) as u (event_id, sink, from_seq)";
const SAME = "o.event_id = u.event_id and o.sink = u.sink and o.from_seq = u.from_seq";

function keyOf(rows: readonly Owed[]): string[] {
  return columnsOf(
    rows,
    ({ eventId }) => eventId,
    ({ sink }) => sink,
    ({ from }) => from,
  );
}

async function settle(tx: pg.PoolClient, done: readonly Owed[]): Promise<void> {
  if (done.length === 0) return;
  await tx.query({
    name: "outbox-settle",
    text: `delete from outbox o using ${KEY} where ${SAME}`,
    values: keyOf(done),
  });
}

/** A second, two, four … at most five minutes. */
async function postpone(tx: pg.PoolClient, failed: readonly Owed[]): Promise<void> {
  if (failed.length === 0) return;
  await tx.query({
    name: "outbox-postpone",
    text: `update outbox o set attempts = o.attempts + 1,
                  due_at = now() + least(interval '5 minutes', interval '1 second' * 2 ^ least(o.attempts, 20))
             from ${KEY} where ${SAME}`,
    values: keyOf(failed),
  });
}
