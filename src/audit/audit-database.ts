import { auditEvent } from "./audit-event.ts";
import { type Finding, Findings } from "./findings.ts";
import type { AuditSource } from "./ports.ts";

/** How far an audit is. */
export interface AuditProgress {
  readonly events: number;
  readonly eventsAll: number;
  readonly entries: number;
  /** As of the start: an event that goes on selling gets more. */
  readonly entriesAll: number;
  readonly findings: number;
}

export interface AuditReport {
  readonly events: number;
  readonly entries: number;
  readonly bookings: number;
  readonly keys: number;
  /** How many differences there are, those included that are not listed. */
  readonly differences: number;
  readonly eventsWithDifferences: number;
  readonly listed: readonly Finding[];
  /** Names and numbers of the events that are listed. */
  readonly names: Readonly<Record<string, { readonly name: string; readonly number: number }>>;
  readonly durationMs: number;
}

/** Audits every event of a database, or one, and then the idempotency keys. One event is in memory at a time. */
export async function auditDatabase(
  source: AuditSource,
  eventId: string | null,
  observe: (progress: AuditProgress) => void,
): Promise<AuditReport> {
  const startedMs = performance.now();
  const findings = new Findings();
  const { events: eventsAll, entries: entriesAll } = await source.size(eventId);
  const names: Record<string, { name: string; number: number }> = {};
  let [events, entries, bookings] = [0, 0, 0];
  const tell = () => observe({ events, eventsAll, entries, entriesAll, findings: findings.total });
  tell();
  for await (const page of source.events(eventId)) {
    for (const { id, number, name } of page) {
      const before = findings.total;
      const audited = await auditEvent(source, id, findings, (more) => {
        entries += more;
        tell();
      });
      events += 1;
      bookings += audited.bookings;
      if (findings.total > before) names[id] = { name, number };
      tell();
    }
  }
  const keys = await checkKeys(source, eventId, findings);
  // One event alone says nothing about sums of several.
  if (eventId === null) {
    await checkSums(source, findings);
    await checkOrphans(source, findings);
  }
  return {
    events,
    entries,
    bookings,
    keys,
    differences: findings.total,
    eventsWithDifferences: findings.events,
    listed: findings.kept,
    names,
    durationMs: Math.round(performance.now() - startedMs),
  };
}

/** Stands for all events together where a finding names one. */
const ALL_EVENTS = "00000000-0000-0000-0000-000000000000";

async function checkSums(source: AuditSource, findings: Findings): Promise<void> {
  for (const { table, row, sum, stored } of await source.wrongSums()) {
    findings.add({
      eventId: ALL_EVENTS,
      area: "analytics",
      subject: `${table}: ${row}`,
      says: { "sum of its events": sum, [`table ${table}`]: stored },
      means:
        "What is shown of several events together is not what they come to. npm run analytics:rebuild makes it again.",
    });
  }
}

async function checkOrphans(source: AuditSource, findings: Findings): Promise<void> {
  for (const { table, eventId } of await source.orphans()) {
    findings.add({
      eventId,
      area: "event",
      subject: "there is none",
      says: { [`table ${table}`]: "has rows of it", "table event": "nothing" },
      means:
        "The event was taken out from under what was sold: nobody finds it, and nothing of it can be audited.",
    });
  }
}

async function checkKeys(source: AuditSource, only: string | null, findings: Findings): Promise<number> {
  let keys = 0;
  for await (const { looked, leadNowhere } of source.keys(only)) {
    keys += looked;
    for (const { eventId, commandId } of leadNowhere) {
      findings.add({
        eventId,
        area: "idempotency keys",
        subject: `key of command ${commandId}`,
        says: { "table idempotency_key": "accepted", "ledger and mailbox": "nothing" },
        means: "A request was accepted and is gone: whoever repeats it waits for an answer that never comes.",
      });
    }
  }
  return keys;
}
