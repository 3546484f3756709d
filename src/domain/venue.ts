/** A place where events are held, as its organizer states it. */
export interface VenueDraft {
  readonly name: string;
  readonly address: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly country: string | null;
  readonly postalCode: string | null;
  /** People it holds; null where nobody has said. */
  readonly capacity: number | null;
  /** Free JSON; its `sections`, where there are any, are a template of seats. */
  readonly layoutConfig: Readonly<Record<string, unknown>>;
}

/** What of a venue can be changed; what is absent stays. */
export type VenueChanges = Partial<VenueDraft>;

/** A venue as its readers see it. Times are Unix milliseconds. */
export interface VenueView extends VenueDraft {
  readonly id: string;
  readonly createdBy: string;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What an event tells of its venue; the layout only where one event is read by itself. */
export type EventVenue = Omit<VenueDraft, "layoutConfig"> &
  Partial<Pick<VenueDraft, "layoutConfig">> & { readonly id: string; readonly version: number };

export interface VenueFilter {
  readonly search: string | null;
  readonly city: string | null;
  readonly limit: number;
  readonly offset: number;
}
