import type { EventId, UserId } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import { ms } from "./columns.ts";
import type { Queryable } from "./database.ts";

/**
 * Entries of an event's ledger behind `afterSeq` that name a person, of the first `scanMax`; `seq` is the last that was
 * looked at. Numbers have no gaps and commit in order, so nothing can appear below it later.
 */
export async function readMissed(
  db: Queryable,
  asked: {
    readonly eventId: EventId;
    readonly userId: UserId;
    readonly afterSeq: number;
    readonly scanMax: number;
  },
): Promise<{ readonly entries: readonly LedgerEntry[]; readonly seq: number }> {
  const { eventId, userId, afterSeq, scanMax } = asked;
  const { rows } = await db.query<{ entries: LedgerEntry[]; seq: number }>({
    name: "ledger-missed",
    // The text is searched before it is read: most entries are about other people.
    text: `with looked_at as materialized (
             select * from ledger where event_id = $1 and seq > $2 order by seq limit $3)
           select coalesce((select max(seq) from looked_at), $2) as seq,
                  coalesce((select json_agg(json_build_object('eventId', event_id, 'seq', seq, 'command', command,
                                                             'decision', outcomes, 'decidedAt', ${ms("decided_at")})
                                            order by seq)
                              from looked_at where position($4 in outcomes::text) > 0), '[]') as entries`,
    values: [eventId, afterSeq, scanMax, userId],
  });
  const [row] = rows;
  return row ?? { entries: [], seq: afterSeq };
}
