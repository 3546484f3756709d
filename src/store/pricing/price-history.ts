import type { TierChange, TierDraft } from "../../domain/event-draft.ts";
import type { PriceNote } from "../../domain/price-note.ts";
import type { BookingView } from "../../domain/views.ts";
import { historyOf, type PriceChange, type PriceEntry, priceOfBooking } from "../../pricing/history.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

type Row = Omit<PriceEntry, "tiers"> & {
  readonly eventId: string;
  readonly tiers: readonly (TierDraft | TierChange)[] | null;
  readonly note: PriceNote | null;
};

/** The prices of events, oldest first, by event: read from their ledgers, where every change of one stands. */
export async function readPriceHistories(
  db: Queryable,
  eventIds: readonly string[],
): Promise<Map<string, PriceChange[]>> {
  const { rows } = await db.query<Row>({
    name: "price-histories",
    text: `select event_id as "eventId", seq, ${ms("decided_at")} as at,
                  coalesce((outcomes->0->>'version')::integer, 1) as version,
                  (outcomes->0->>'priceVersion')::integer as "priceVersion", command->'priceNote' as note,
                  coalesce(outcomes->0->'changes'->'tiers', outcomes->0->'draft'->'tiers') as tiers
             from ledger
            where event_id = any($1::uuid[]) and type in ('EventCreated', 'EventChanged')
            order by event_id, seq`,
    values: [eventIds],
  });
  const byEvent = Map.groupBy(rows, ({ eventId }) => eventId);
  return new Map(
    [...byEvent].map(([eventId, entries]) => [
      eventId,
      historyOf(entries.map(({ tiers, ...entry }) => ({ ...entry, tiers: tiers ?? [] }))),
    ]),
  );
}

/** The price that a booking was made at, see `priceOfBooking`. */
export async function priceOfStored(db: Queryable, booking: BookingView): Promise<PriceChange | null> {
  const { eventId, tier, priceVersion, updatedAt } = booking;
  if (tier === null) return null;
  const histories = await readPriceHistories(db, [eventId]);
  return priceOfBooking(histories.get(eventId) ?? [], { tier, priceVersion, until: updatedAt });
}
