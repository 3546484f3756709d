import { BOOKINGS, PAYMENTS, REFUNDS } from "../../../../src/store/audit/statements.ts";
import type { Queryable } from "../../../../src/store/database.ts";
import type { EventBooks, KeptKey, ProviderRow, StoredEntry, TierRow } from "../evidence.ts";
import type { BookingRow, PaymentRow, RefundRow, SeatRow } from "./rows.ts";

/** The first id of all, and more rows than any run has: the audit's statements read in pages. */
const ALL = ["00000000-0000-0000-0000-000000000000", 2_147_483_647] as const;

export async function eventIds(tx: Queryable): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>("select event_id as id from event order by event_id");
  return rows.map(({ id }) => id);
}

/** Keys that an accept reserved; those of other requests lead to nothing in an event. */
export async function keptKeys(tx: Queryable): Promise<KeptKey[]> {
  const { rows } = await tx.query<KeptKey & Record<string, unknown>>(
    `select encode(digest, 'hex') as digest, event_id as "eventId", command_id as "commandId",
            refusal is not null as "isRefused"
       from idempotency_key where reply is null`,
  );
  return rows;
}

export async function readBooks(tx: Queryable, eventId: string): Promise<EventBooks> {
  const rowsOf = async <Row>(text: string, more: readonly unknown[] = []): Promise<Row[]> =>
    (await tx.query<Row & Record<string, unknown>>(text, [eventId, ...more])).rows;
  const [actor] = await rowsOf<EventBooks["actor"]>(ACTOR);
  if (actor === undefined) throw new Error(`event ${eventId} has no actor`);
  return {
    eventId,
    ledger: await readLedger(tx, eventId),
    tiers: await rowsOf<TierRow>(TIERS),
    bookings: await rowsOf<BookingRow>(BOOKINGS.text, ALL),
    seats: await rowsOf<SeatRow>(SEATS),
    payments: await rowsOf<PaymentRow>(PAYMENTS.text, ALL),
    refunds: await rowsOf<RefundRow>(REFUNDS.text, ALL),
    actor,
    deadLetters: (await rowsOf<{ id: string }>(DEAD_LETTERS)).map(({ id }) => id),
    provider: await providerOf(rowsOf),
  };
}

const ACTOR = `select version, ledger_seq as "ledgerSeq", bookings_accepted as "bookingsAccepted",
                      urgent_accepted as "urgentAccepted"
                 from actor join mailbox_counter using (event_id) where event_id = $1`;
const TIERS = "select name, capacity, held, sold, blocked from tier where event_id = $1 order by position";
const SEATS = `select seat, status, booking_id as "bookingId" from seat_taken where event_id = $1 order by seat`;
const DEAD_LETTERS = "select command_id as id from dead_letter where event_id = $1";

/** Which transaction wrote an entry is in no column of its own; when it was committed, only where the server keeps it. */
async function readLedger(tx: Queryable, eventId: string): Promise<StoredEntry[]> {
  const { rows: setting } = await tx.query("show track_commit_timestamp");
  const committed =
    setting[0]?.track_commit_timestamp === "on"
      ? "extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000000"
      : "null::float8";
  const { rows } = await tx.query<StoredEntry & Record<string, unknown>>(
    `select event_id as "eventId", seq, command, outcomes as decision,
            floor(extract(epoch from decided_at) * 1000)::bigint as "decidedAt", xmin::text as xmin,
            ${committed} as "committedAtUs"
       from ledger where event_id = $1 order by seq`,
    [eventId],
  );
  return rows;
}

/** What the built-in provider has taken and given back: its books are a table of JSON. */
async function providerOf(
  rowsOf: <Row>(text: string) => Promise<Row[]>,
): Promise<ReadonlyMap<string, ProviderRow>> {
  const rows = await rowsOf<{ id: string } & ProviderRow>(
    `select body -> 'order' ->> 'paymentId' as id,
            case when body ->> 'state' = 'captured' then (body -> 'order' ->> 'amountMinor')::integer else 0 end
              as "capturedMinor",
            (select coalesce(sum((r ->> 'amountMinor')::integer), 0)::integer
               from jsonb_array_elements(body -> 'refunds') r) as "refundedMinor"
       from test_provider where body -> 'order' ->> 'eventId' = $1::uuid::text`,
  );
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}
