import type { z } from "zod";
import type { SeatingDraft } from "../../domain/seating.ts";
import {
  layoutSections,
  ROWS_MAX,
  SEATS_MAX,
  type SectionDraft,
  type seatConfiguration,
} from "../schemas/seating.ts";
import { SEATED_TIERS_MAX } from "../schemas/tiers.ts";
import { malformed } from "../validate.ts";

/** A tier that sections make. */
export interface SeatedTier {
  readonly name: string;
  readonly seats: number;
  /** As its sections state it; undefined where none of them does. */
  readonly price: number | undefined;
}

/** What a seat configuration describes; `tier` in the draft is the position in `tiers`. */
export interface SeatPlan {
  readonly draft: SeatingDraft;
  readonly tiers: readonly SeatedTier[];
}

const FIELD = "seat_configuration";

/**
 * The sections that a request means: its own, or those of its venue's layout.
 * @param layout the venue's; null where the event has no venue of ours
 * @throws ApiError where the venue has none, or they are no sections
 */
export function sectionsOf(
  given: z.output<typeof seatConfiguration>,
  layout: Readonly<Record<string, unknown>> | null,
): readonly SectionDraft[] {
  if (given.sections !== undefined) return given.sections;
  if (layout === null) throw malformed(FIELD, 'is "venue", which needs a venue_id');
  const parsed = layoutSections.safeParse(layout);
  if (parsed.success) return parsed.data.sections;
  const where = parsed.error.issues[0]?.path.join(".") || "sections";
  throw malformed(FIELD, `is "venue", but ${where} in layout_config of the venue cannot be used`);
}

/** Lays sections out, best first as they are given. @throws ApiError where they contradict each other or are too many. */
export function planOf(sections: readonly SectionDraft[]): SeatPlan {
  const tiers: (SeatedTier & { seats: number; price: number | undefined })[] = [];
  const laidOut = sections.map((section, at) => {
    const rows = rowsOf(section, at);
    const name = section.tier ?? section.name;
    let tier = tiers.findIndex((known) => known.name === name);
    if (tier < 0) tier = tiers.push({ name, seats: 0, price: undefined }) - 1;
    const known = tiers[tier]!;
    if (known.price !== undefined && section.price !== undefined && known.price !== section.price) {
      throw malformed(
        `${FIELD}.sections.${at}.price`,
        `differs from ${known.price}, the price of tier "${name}"`,
      );
    }
    known.price ??= section.price;
    known.seats += rows.reduce((sum, { seats }) => sum + seats, 0);
    return { name: section.name, tier, rows };
  });
  expectBounds(laidOut, tiers);
  return { draft: { sections: laidOut }, tiers };
}

function rowsOf(section: SectionDraft, at: number): { label: string; seats: number }[] {
  const { rows, seats_per_row: seatsPerRow } = section;
  const stated = typeof rows === "number" ? Array.from({ length: rows }, (_, row) => rowLabel(row)) : rows;
  return stated.map((row) => {
    if (typeof row !== "string") return row;
    if (seatsPerRow !== undefined) return { label: row, seats: seatsPerRow };
    throw malformed(
      `${FIELD}.sections.${at}.seats_per_row`,
      "is required where a row does not say its seats",
    );
  });
}

const LETTERS = 26;
const LETTER_A = 65;

/** A … Z, AA, AB …: how rows without labels are called. */
function rowLabel(row: number): string {
  const last = String.fromCharCode(LETTER_A + (row % LETTERS));
  return row < LETTERS ? last : rowLabel(Math.floor(row / LETTERS) - 1) + last;
}

function expectBounds(sections: SeatingDraft["sections"], tiers: readonly SeatedTier[]): void {
  const rows = sections.reduce((sum, section) => sum + section.rows.length, 0);
  if (rows > ROWS_MAX) throw malformed(FIELD, `has ${rows} rows; at most ${ROWS_MAX}`);
  const seats = tiers.reduce((sum, tier) => sum + tier.seats, 0);
  if (seats > SEATS_MAX) throw malformed(FIELD, `has ${seats} seats; at most ${SEATS_MAX}`);
  if (tiers.length > SEATED_TIERS_MAX) {
    throw malformed(
      FIELD,
      `makes ${tiers.length} tiers, at most ${SEATED_TIERS_MAX}; give sections of one price the same tier`,
    );
  }
  const seen = new Set<string>();
  for (const { name, rows } of sections) {
    for (const { label } of rows) {
      const row = JSON.stringify([name, label]);
      if (seen.has(row)) throw malformed(FIELD, `has row "${label}" of section "${name}" twice`);
      seen.add(row);
    }
  }
}
