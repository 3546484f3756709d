import type { ChainedLedgerEntry, LedgerPage } from "../../domain/views.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

type Row = { readonly headSeq: number; readonly headDigest: string } & (
  | ChainedLedgerEntry
  | { readonly seq: null }
);

/** Entries of a ledger behind a number, and its head as of the same moment. Null where there is no such event. */
export async function ledgerPage(
  db: Queryable,
  { eventId, after, limit }: { readonly eventId: string; readonly after: number; readonly limit: number },
): Promise<LedgerPage | null> {
  const { rows } = await db.query<Row>({
    name: "ledger-page",
    text: `select a.ledger_seq as "headSeq", encode(a.ledger_digest, 'hex') as "headDigest", l.*
             from actor a left join lateral (
               select l.seq, l.command_id as "commandId", l.type, l.command, l.outcomes, ${ms("l.decided_at")} as "decidedAt",
                      encode(l.digest, 'hex') as digest, encode(p.digest, 'hex') as "previousDigest"
                 from ledger l left join ledger p on p.event_id = l.event_id and p.seq = l.seq - 1
                where l.event_id = a.event_id and l.seq > $2 order by l.seq limit $3) l on true
            where a.event_id = $1 order by l.seq`,
    values: [eventId, after, limit],
  });
  const [first] = rows;
  if (first === undefined) return null;
  const { headSeq, headDigest } = first;
  return { headSeq, headDigest, entries: rows.filter((row) => row.seq !== null) };
}
