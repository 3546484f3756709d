import { auditEvent as audit } from "../../src/audit/audit-event.ts";
import { Findings } from "../../src/audit/findings.ts";
import { reportText } from "../../src/audit/report.ts";
import { availableSeats } from "../../src/domain/state.ts";
import { waitingAmong, waitingOf } from "../../src/mailbox/waiting.ts";
import { createAuditPool, createAuditSource } from "../../src/store/audit/source.ts";
import { silent } from "./postgres.ts";

/** The books of one event after an audit that found nothing wrong. */
export interface Books {
  readonly sold: number;
  readonly held: number;
  readonly available: number;
  readonly confirmed: number;
  readonly rejected: number;
  readonly ledgerLength: number;
  /** Of the outcomes in the ledger, by type. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/**
 * Audits one event as `npm run verify` does.
 * @throws Error with the report where something differs.
 */
export async function auditEvent(databaseUrl: string, eventId: string): Promise<Books> {
  const pool = createAuditPool(databaseUrl, silent);
  try {
    const findings = new Findings();
    const source = createAuditSource(pool, { waiting: waitingOf, among: waitingAmong });
    const { walk, state } = await audit(source, eventId, findings);
    if (findings.total > 0 || state === null) throw new Error(textOf(findings));
    const sum = (of: "sold" | "held") => state.tiers.reduce((total, tier) => total + tier[of], 0);
    return {
      sold: sum("sold"),
      held: sum("held"),
      available: availableSeats(state),
      confirmed: walk.heads.get("BookingConfirmed") ?? 0,
      rejected: walk.heads.get("BookingRejected") ?? 0,
      ledgerLength: walk.entries,
      outcomes: Object.fromEntries(walk.outcomes),
    };
  } finally {
    await pool.end();
  }
}

function textOf(findings: Findings): string {
  const nothing = { events: 1, entries: 0, bookings: 0, keys: 0, names: {}, durationMs: 0 };
  const { total: differences, events: eventsWithDifferences, kept: listed } = findings;
  return reportText({ ...nothing, differences, eventsWithDifferences, listed });
}
