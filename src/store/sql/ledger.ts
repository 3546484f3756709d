import type { CommandId, EventId } from "../../domain/ids.ts";
import type { LedgerEntry } from "../../domain/ledger.ts";
import type { LedgerRange } from "../../engine/ports.ts";
import type { ChainedTurn } from "../chained-turn.ts";
import { bytea, columnsOf, ms, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";

/** Appends the decisions of some turns. A command that was decided before violates the ledger's key. */
export async function appendLedger(
  tx: Queryable,
  turns: readonly Pick<ChainedTurn, "rows">[],
): Promise<void> {
  const rows = turns.flatMap((turn) => turn.rows);
  if (rows.length === 0) return;
  await tx.query({
    name: "ledger-append",
    text: `insert into ledger (event_id, seq, command_id, type, command, outcomes, decided_at, digest)
           select * from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::json[], $6::json[], $7::timestamptz[],
                                $8::bytea[])`,
    values: columnsOf(
      rows,
      ({ eventId }) => eventId,
      ({ seq }) => seq,
      ({ commandId }) => commandId,
      ({ type }) => type,
      ({ command }) => command,
      ({ outcomes }) => outcomes,
      ({ decidedAt }) => timestamp(decidedAt),
      ({ digest }) => bytea(digest),
    ),
  });
}

const COLUMNS = `l.event_id as "eventId", l.seq, l.command, l.outcomes as decision, ${ms("l.decided_at")} as "decidedAt"`;

/**
 * The decisions of some ranges, range after range and each in order. The limit takes nothing away: with it each range is an
 * index scan of its own. As a join, PostgreSQL expects a few hundred entries of every range, whatever its length; from some
 * hundred thousand entries and a few dozen ranges on it read the whole ledger instead, on all cores.
 */
export async function readLedger(
  db: Queryable,
  ranges: readonly Pick<LedgerRange, "eventId" | "from" | "to">[],
): Promise<LedgerEntry[]> {
  const { rows } = await db.query<LedgerEntry>({
    name: "ledger-ranges",
    text: `select ${COLUMNS}
             from unnest($1::uuid[], $2::bigint[], $3::bigint[]) with ordinality as u (event_id, first, last, at)
             join lateral (select * from ledger l
                            where l.event_id = u.event_id and l.seq between u.first and u.last
                            order by l.seq limit u.last - u.first + 1) l on true
            order by u.at, l.seq`,
    values: columnsOf(
      ranges,
      ({ eventId }) => eventId,
      ({ from }) => from,
      ({ to }) => to,
    ),
  });
  return rows;
}

/** The decisions about some commands, for those that are in the ledger. */
export async function findDecisions(
  db: Queryable,
  asked: readonly { readonly eventId: EventId; readonly commandId: CommandId }[],
): Promise<LedgerEntry[]> {
  const { rows } = await db.query<LedgerEntry>({
    name: "ledger-by-command",
    text: `select ${COLUMNS} from unnest($1::uuid[], $2::uuid[]) as u (event_id, command_id)
             join ledger l on l.event_id = u.event_id and l.command_id = u.command_id`,
    values: columnsOf(
      asked,
      ({ eventId }) => eventId,
      ({ commandId }) => commandId,
    ),
  });
  return rows;
}
