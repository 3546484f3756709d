import type pg from "pg";
import type { EventId } from "../../src/domain/ids.ts";
import { presentLedgerPage } from "../../src/http/presenters/ledger.ts";
import { type Statement, statedFigures } from "../../src/statements/statement.ts";
import { ledgerPage } from "../../src/store/queries/ledger-pages.ts";
import { saleFigures } from "../../src/store/queries/sale-figures.ts";
import { newKeyText, type SigningKey, signingKeyOf } from "../../src/tickets/keys.ts";

const PAGE = 500;

export const KEY: SigningKey = signingKeyOf(newKeyText());

/** What the database says of an event's sale, as it is stated. */
export async function statementOf(pool: pg.Pool, eventId: EventId): Promise<Statement> {
  const figures = await saleFigures(pool, eventId);
  if (figures === null) throw new Error(`no event ${eventId}`);
  return {
    event_id: eventId,
    ...statedFigures(figures),
    issued_at: new Date().toISOString(),
    key_id: KEY.id,
  };
}

/** An event's ledger as the API gives it: an entry a line. */
export async function exportedLedger(pool: pg.Pool, eventId: EventId): Promise<string[]> {
  const lines: string[] = [];
  for (let after = 0; ; after += PAGE) {
    const page = await ledgerPage(pool, { eventId, after, limit: PAGE });
    if (page === null) throw new Error(`no event ${eventId}`);
    const { entries } = presentLedgerPage(eventId, after, page) as { entries: unknown[] };
    lines.push(...entries.map((entry) => JSON.stringify(entry)));
    if (entries.length < PAGE) return lines;
  }
}

export async function* linesOf(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}
