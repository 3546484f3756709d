import type { CreateEvent } from "../../domain/command.ts";
import { nextDueAt } from "../../domain/decide/timers.ts";
import type { EventDraft } from "../../domain/event-draft.ts";
import { NO_DIGEST } from "../../domain/ledger-chain.ts";
import type { EventCreated } from "../../domain/outcome.ts";
import { initialState, saleStatusAt } from "../../domain/state.ts";
import { chainedRow, type LedgerRow } from "../chained-turn.ts";
import { bytea, columnsOf, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { appendLedger } from "./ledger.ts";

/** Writes a new event: its row, tiers and seats, its actor, and the first entry of its ledger. */
export async function insertEvent(tx: Queryable, command: CreateEvent, now: number): Promise<void> {
  const { draft } = command;
  const saleStatus = saleStatusAt(draft, now);
  const outcome: EventCreated = { type: "EventCreated", draft, saleStatus };
  await insertRow(tx, draft, saleStatus, now);
  await insertTiers(tx, draft);
  if (draft.seating !== null) {
    const layout = JSON.stringify(draft.seating);
    await tx.query("insert into seating (event_id, layout) values ($1, $2)", [draft.eventId, layout]);
  }
  // What is due does not depend on seats, of which there may be many.
  const due = nextDueAt(initialState({ ...draft, seating: null }, saleStatus));
  const row = firstRow(command, outcome, now);
  await tx.query(
    `insert into actor (event_id, version, ledger_seq, next_due_at, turned_at, ledger_digest)
     values ($1, 1, 1, $2, $3, $4)`,
    [draft.eventId, optional(due), timestamp(now), bytea(row.digest)],
  );
  await tx.query("insert into mailbox_counter (event_id) values ($1)", [draft.eventId]);
  await appendLedger(tx, [{ rows: [row] }]);
}

function firstRow(command: CreateEvent, outcome: EventCreated, now: number): LedgerRow {
  return chainedRow(NO_DIGEST, {
    eventId: command.draft.eventId,
    seq: 1,
    commandId: command.id,
    type: outcome.type,
    command: JSON.stringify(command),
    outcomes: JSON.stringify([outcome]),
    decidedAt: now,
  });
}

function optional(at: number | null): Date | null {
  return at === null ? null : timestamp(at);
}

async function insertRow(tx: Queryable, draft: EventDraft, saleStatus: string, now: number): Promise<void> {
  const columns: Readonly<Record<string, unknown>> = {
    event_id: draft.eventId,
    number: draft.number,
    name: draft.name,
    description: draft.description,
    venue: draft.venue,
    venue_id: draft.venueId,
    category: draft.category,
    starts_at: timestamp(draft.startsAt),
    ends_at: optional(draft.endsAt),
    sale_starts_at: optional(draft.saleStartsAt),
    sale_ends_at: optional(draft.saleEndsAt),
    currency: draft.currency,
    tickets_per_booking_max: draft.ticketsPerBookingMax,
    tickets_per_user_max: draft.ticketsPerUserMax,
    requires_payment: draft.requiresPayment,
    hold_ttl_ms: draft.holdTtlMs,
    offer_ttl_ms: draft.offerTtlMs,
    holds_per_user_max: draft.holdsPerUserMax,
    refund_policy: JSON.stringify(draft.refundPolicy),
    is_seated: draft.seating !== null,
    sale_status: saleStatus,
    created_by: draft.createdBy,
    created_at: timestamp(now),
    updated_at: timestamp(now),
  };
  const names = Object.keys(columns);
  await tx.query(
    `insert into event (${names.join(", ")}) values (${names.map((_, at) => `$${at + 1}`).join(", ")})`,
    Object.values(columns),
  );
}

async function insertTiers(tx: Queryable, { eventId, tiers }: EventDraft): Promise<void> {
  await tx.query(
    `insert into tier (event_id, position, name, price_minor, capacity, is_seated, is_restricted)
     select $1, * from unnest($2::smallint[], $3::text[], $4::bigint[], $5::integer[], $6::boolean[], $7::boolean[])`,
    [
      eventId,
      ...columnsOf(
        tiers.map((tier, position) => ({ position, ...tier })),
        ({ position }) => position,
        ({ name }) => name,
        ({ priceMinor }) => priceMinor,
        ({ capacity }) => capacity,
        ({ isSeated }) => isSeated ?? false,
        ({ isRestricted }) => isRestricted ?? false,
      ),
    ],
  );
}
