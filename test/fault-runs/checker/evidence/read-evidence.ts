import type pg from "pg";
import { auditDatabase } from "../../../../src/audit/audit-database.ts";
import { waitingAmong, waitingOf } from "../../../../src/mailbox/waiting.ts";
import { createAuditPool, createAuditSource } from "../../../../src/store/audit/source.ts";
import { inTransaction } from "../../../../src/store/database.ts";
import { silent } from "../../../support/postgres.ts";
import { readHistory } from "../../history/history-reader.ts";
import type { Clock, Evidence, Rest, Scrape, Terms } from "../evidence.ts";
import { eventIds, keptKeys, readBooks } from "./read-books.ts";
import { scrape } from "./scrape.ts";

/** Where the evidence of a run lies. */
export interface Sources {
  readonly historyPath: string;
  /** Of a superuser or the owner, past every link that a fault cut. */
  readonly databaseUrl: string;
  /** The processes of this moment, with the addresses of their metrics. */
  readonly processes: readonly {
    readonly role: Scrape["role"];
    readonly pid: number;
    readonly url: string;
  }[];
  readonly rest: Rest;
  readonly terms: Terms;
}

/**
 * Gathers the evidence when everything has come to rest. Reads only; what is stored is read as of one moment.
 * To be called in the process that wrote the history: the two clocks are read side by side.
 */
export async function readEvidence(sources: Sources): Promise<Evidence> {
  const { historyPath, databaseUrl, processes, rest, terms } = sources;
  const scrapes = await Promise.all(processes.map(scrape));
  const pool = createAuditPool(databaseUrl, silent);
  try {
    const clock = await readClock(pool);
    const [events, keys] = await inTransaction(pool, async (tx) => {
      await tx.query("set transaction isolation level repeatable read, read only");
      const ids = await eventIds(tx);
      const books = [];
      for (const id of ids) books.push(await readBooks(tx, id));
      return [books, await keptKeys(tx)] as const;
    });
    const source = createAuditSource(pool, { waiting: waitingOf, among: waitingAmong });
    const { listed } = await auditDatabase(source, null, () => undefined);
    const history = readHistory(historyPath);
    return { history, events, keys, findings: listed, rest, scrapes, clock, terms };
  } finally {
    await pool.end();
  }
}

const READINGS = 5;

/** The database's clock beside the history's, by the quickest of some questions. */
async function readClock(pool: pg.Pool): Promise<Clock> {
  let best: Clock & { readonly tookMs: number } = { at: 0, databaseMs: 0, tookMs: Number.POSITIVE_INFINITY };
  for (let reading = 0; reading < READINGS; reading++) {
    const before = performance.now();
    const { rows } = await pool.query<{ ms: number }>(
      "select extract(epoch from clock_timestamp())::float8 * 1000 as ms",
    );
    const tookMs = performance.now() - before;
    if (tookMs < best.tookMs) best = { at: before + tookMs / 2, databaseMs: rows[0]?.ms ?? 0, tookMs };
  }
  return { at: best.at, databaseMs: best.databaseMs };
}
