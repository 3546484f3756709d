import type { EventChanges, EventDraft } from "../domain/event-draft.ts";
import type { VenueChanges, VenueDraft, VenueFilter, VenueView } from "../domain/venue.ts";
import type { EventView } from "../domain/views.ts";
import { ApiError } from "./errors.ts";
import type { IdempotencyKey } from "./idempotency.ts";
import { malformed } from "./validate.ts";

export interface NewVenue {
  readonly id: string;
  readonly draft: VenueDraft;
  readonly createdBy: string;
  readonly key: IdempotencyKey | null;
}

/** The venues of this installation. Implemented by the store; they are never removed. */
export interface Venues {
  byId(id: string): Promise<VenueView | null>;
  list(filter: VenueFilter): Promise<{ readonly venues: readonly VenueView[]; readonly total: number }>;
  create(
    venue: NewVenue,
  ): Promise<
    | { readonly type: "created" }
    | { readonly type: "replayed"; readonly id: string }
    | { readonly type: "keyReused" }
  >;
  /** Null where the venue is not there, or has another version than the one that was expected. */
  update(id: string, changes: VenueChanges, expectedVersion: number | null): Promise<VenueView | null>;
}

/** @throws ApiError VENUE_NOT_FOUND. */
export async function findVenue(venues: Pick<Venues, "byId">, id: string): Promise<VenueView> {
  const venue = await venues.byId(id);
  if (venue === null) throw new ApiError("VENUE_NOT_FOUND", "Venue not found");
  return venue;
}

interface Named {
  readonly venue?: string | undefined;
  readonly venue_id?: string | null | undefined;
}

/**
 * Where a new event takes place: the venue that its body names, or only the name of one.
 * @throws ApiError where it is not said, there is no such venue, or the venue is too small.
 */
export async function placeOf(
  venues: Pick<Venues, "byId">,
  body: Named,
  tiers: EventDraft["tiers"],
): Promise<Pick<EventDraft, "venue" | "venueId">> {
  if (body.venue_id == null) {
    if (body.venue === undefined) throw malformed("venue", "is required: text, or venue_id");
    return { venue: body.venue, venueId: null };
  }
  const venue = await findVenue(venues, body.venue_id);
  expectRoom(venue, capacityOf(tiers));
  return { venue: body.venue ?? venue.name, venueId: venue.id };
}

/**
 * What a change means for the place of an event. `checkedVersion` is the event's version that the room was looked at
 * with, null where it need not be: the change holds only for that version, or two of them together might be too much.
 * @throws ApiError where there is no such venue, or it is too small for what the event would be.
 */
export async function movedBy(
  venues: Pick<Venues, "byId">,
  event: EventView,
  { body, changes }: { readonly body: Named; readonly changes: EventChanges },
): Promise<{
  readonly place: Pick<EventChanges, "venue" | "venueId">;
  readonly checkedVersion: number | null;
}> {
  const moves = body.venue_id !== undefined && body.venue_id !== event.venueId;
  const target = body.venue_id == null ? null : await findVenue(venues, body.venue_id);
  const venue = body.venue_id === undefined ? event.venueDetails : target;
  const capacity = capacityAfter(event, changes);
  const needsRoom = venue !== null && (moves || capacity > capacityOf(event.tiers));
  if (needsRoom) expectRoom(venue, capacity);
  return { place: placeAfter(body, moves ? target : null), checkedVersion: needsRoom ? event.version : null };
}

function placeAfter(body: Named, target: VenueView | null): Pick<EventChanges, "venue" | "venueId"> {
  const name = body.venue ?? target?.name;
  return {
    ...(name === undefined ? {} : { venue: name }),
    ...(body.venue_id === undefined ? {} : { venueId: body.venue_id }),
  };
}

function capacityOf(tiers: readonly { readonly capacity: number }[]): number {
  return tiers.reduce((total, tier) => total + tier.capacity, 0);
}

/** The whole capacity once these changes are made. A bare one is refused later where there are several tiers. */
function capacityAfter(event: EventView, { capacity, tiers = [] }: EventChanges): number {
  if (capacity !== undefined) return capacity;
  const after = new Map(event.tiers.map((tier) => [tier.name, tier.capacity]));
  for (const tier of tiers) after.set(tier.name, tier.capacity ?? after.get(tier.name) ?? 0);
  return [...after.values()].reduce((total, of) => total + of, 0);
}

function expectRoom(venue: Pick<VenueView, "name" | "capacity">, capacity: number): void {
  if (venue.capacity === null || capacity <= venue.capacity) return;
  const wrong = `is ${capacity}, but the venue "${venue.name}" holds ${venue.capacity}`;
  throw new ApiError("VALIDATION_ERROR", `total_capacity ${wrong}`, {
    details: { total_capacity: wrong },
    extra: { total_capacity: capacity, venue_capacity: venue.capacity },
  });
}
