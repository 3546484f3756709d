import { z } from "zod";
import { otherNamesOf } from "../names.ts";
import { uuid } from "./bookings.ts";
import { orTexts } from "./documented.ts";
import { text } from "./text.ts";
import { price, tierName } from "./tiers.ts";

export const SECTIONS_MAX = 1_000;
export const ROWS_MAX = 10_000;
export const SEATS_PER_ROW_MAX = 10_000;
export const SEATS_MAX = 200_000;
/** How many seats one request may name; of a section it may mean more. */
const SEAT_IDS_MAX = 1_000;

const sectionName = text(60);
const rowLabel = text(20);
const seatsPerRow = z.int().min(1).max(SEATS_PER_ROW_MAX);
const statedRow = z.union([rowLabel, z.strictObject({ label: rowLabel, seats: seatsPerRow })], {
  error: "must be a label, or an object with label and seats",
});
const rows = z.union([z.int().min(1).max(ROWS_MAX), z.array(statedRow).min(1).max(ROWS_MAX)], {
  error: `must be a number of rows, or a list of labels or of {label, seats}; 1 to ${ROWS_MAX} rows`,
});

const sectionFields = {
  name: sectionName,
  rows,
  seats_per_row: seatsPerRow.optional(),
  price: price.optional(),
  tier: tierName.optional(),
};

/** Sections of an organizer's request: what is not known is refused. */
const sections = z.array(z.strictObject(sectionFields)).min(1).max(SECTIONS_MAX);

/** Sections of a venue's layout, which may hold other things beside them, such as where to draw a section. */
export const layoutSections = z.object({
  sections: z.array(z.object(sectionFields)).min(1).max(SECTIONS_MAX),
});

export type SectionDraft = z.output<typeof layoutSections>["sections"][number];

/** Sections, or `"venue"`: those of the venue's layout. */
export const seatConfiguration = z
  .preprocess(
    (value) => (value === "venue" ? { from: "venue" } : value),
    z
      .strictObject(
        { sections: sections.optional(), from: z.literal("venue").optional() },
        { error: 'must be an object with sections, or "venue"' },
      )
      .refine(
        (given) => (given.sections === undefined) !== (given.from === undefined),
        'needs sections, or "venue" in its place for those of the venue',
      ),
  )
  .meta({ override: orTexts("venue") });

export const seatsQuery = z.object({
  section: sectionName.optional(),
  price_tier: tierName.optional(),
  status: z.enum(["available", "held", "booked", "blocked", "all"]).default("available"),
});

export type SeatsQuery = z.output<typeof seatsQuery>;

/** Which seats are meant: by id, or all of a section or of one of its rows. */
export const namedSeatsBody = z
  .strictObject({
    seat_ids: z.array(uuid).min(1).max(SEAT_IDS_MAX).optional(),
    section: sectionName.optional(),
    row: rowLabel.optional(),
  })
  .refine(
    ({ seat_ids, section }) => (seat_ids === undefined) !== (section === undefined),
    "needs either seat_ids or section",
  )
  .refine(({ row, section }) => row === undefined || section !== undefined, "needs the section of the row");

export const SEAT_NAMES = otherNamesOf(namedSeatsBody);
