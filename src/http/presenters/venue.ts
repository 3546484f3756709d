import type { EventVenue, VenueView } from "../../domain/venue.ts";
import { iso } from "./time.ts";

/** A venue as the canonical surface shows it. */
export function presentVenue(venue: VenueView): Record<string, unknown> {
  return {
    ...presentEventVenue(venue),
    created_by: venue.createdBy,
    version: venue.version,
    created_at: iso(venue.createdAt),
    updated_at: iso(venue.updatedAt),
  };
}

/** A venue inside of an event; with its layout where that was read. */
export function presentEventVenue(venue: EventVenue): Record<string, unknown> {
  const { id, name, address, city, state, country, postalCode, capacity, layoutConfig } = venue;
  return {
    id,
    name,
    address,
    city,
    state,
    country,
    postal_code: postalCode,
    capacity,
    ...(layoutConfig === undefined ? {} : { layout_config: layoutConfig }),
  };
}

/** `"<version>"`: nothing but its organizer's changes touches a venue. */
export function venueEtagOf({ version }: Pick<VenueView, "version">): string {
  return `"${version}"`;
}
