import type pg from "pg";
import type { AuditedEvent, AuditSource, KeyPage } from "../../audit/ports.ts";
import type { Log } from "../../ops/log.ts";
import { type ConnectionLimits, createPool, inTransaction } from "../database.ts";
import { readAnalytics } from "./analytics.ts";
import { booksOf, type MailboxBooks, readEntries } from "./books.ts";
import { orphans } from "./orphans.ts";
import { FIRST_ID, pagesOf } from "./pages.ts";
import { EVENTS, KEYS } from "./statements.ts";
import { wrongSums } from "./wrong-sums.ts";

/** A snapshot that takes longer keeps dead rows from being cleared away, which slows the mailboxes down: it is given up. */
const SNAPSHOT_MS_MAX = 60_000;
const LIMITS: ConnectionLimits = {
  statementMs: SNAPSHOT_MS_MAX,
  lockMs: 5_000,
  idleInTransactionMs: 30_000,
  transactionMs: SNAPSHOT_MS_MAX,
};

/** Connections of an audit: they cannot write, whatever is asked of them. */
export function createAuditPool(url: string, log: Log): pg.Pool {
  const settings = ["default_transaction_read_only=on"];
  return createPool({ url, name: "evently-verify", max: 2, log, limits: LIMITS, settings });
}

/** The database behind a pool, as an audit reads it. */
export function createAuditSource(pool: pg.Pool, mailbox: MailboxBooks): AuditSource {
  return {
    async size(eventId) {
      const { rows } = await pool.query<{ events: number; entries: number }>(
        `select count(*) as events, coalesce(sum(ledger_seq), 0)::bigint as entries
           from event left join actor using (event_id) where $1::uuid is null or event_id = $1`,
        [eventId],
      );
      return rows[0] ?? { events: 0, entries: 0 };
    },
    events: (eventId) =>
      pagesOf<AuditedEvent & pg.QueryResultRow>(pool, EVENTS, {
        eventId,
        first: FIRST_ID,
        keyOf: ({ id }) => id,
      }),
    ledger: (eventId, after, countMax) => readEntries(pool, eventId, after, countMax),
    snapshot: (eventId, look) => asOfOneMoment(pool, (tx) => look(booksOf(tx, eventId, mailbox))),
    keys: (eventId) => keyPages(pool, mailbox, eventId),
    analytics: (eventId) => asOfOneMoment(pool, (tx) => readAnalytics(tx, eventId)),
    wrongSums: () => asOfOneMoment(pool, wrongSums),
    orphans: () => asOfOneMoment(pool, orphans),
  };
}

/** One moment for all statements of `look`: repeatable read. A page of keys and its envelopes need that, too. */
function asOfOneMoment<T>(pool: pg.Pool, look: (tx: pg.PoolClient) => Promise<T>): Promise<T> {
  return inTransaction(pool, async (tx) => {
    await tx.query("set transaction isolation level repeatable read, read only");
    return await look(tx);
  });
}

interface KeyRow {
  readonly digest: string;
  readonly eventId: string;
  readonly commandId: string;
  readonly leads: boolean;
}

const KEYS_PER_PAGE_MAX = 5_000;

async function* keyPages(
  pool: pg.Pool,
  mailbox: MailboxBooks,
  eventId: string | null,
): AsyncGenerator<KeyPage> {
  let after = "";
  for (;;) {
    const { rows, leadNowhere } = await asOfOneMoment(pool, async (tx) => {
      const { rows } = await tx.query<KeyRow & pg.QueryResultRow>({
        ...KEYS,
        values: [after, KEYS_PER_PAGE_MAX],
      });
      const open = rows.filter((row) => !row.leads && (eventId === null || row.eventId === eventId));
      const waiting = open.length === 0 ? new Set<string>() : await mailbox.among(tx, open);
      return { rows, leadNowhere: open.filter(({ commandId }) => !waiting.has(commandId)) };
    });
    const last = rows.at(-1);
    if (last === undefined) return;
    const own = eventId === null ? rows : rows.filter((row) => row.eventId === eventId);
    yield { looked: own.length, leadNowhere };
    if (rows.length < KEYS_PER_PAGE_MAX) return;
    after = last.digest;
  }
}
