import type { Outcome } from "../domain/outcome.ts";
import type { Case } from "./case.ts";
import { differing, said } from "./findings.ts";
import type { Listing } from "./ports.ts";

/** What it is after an outcome. */
export function listingAfter(before: Listing | null, outcome: Outcome): Listing | null {
  if (outcome.type === "EventCreated") {
    const { number, name, description, venue, venueId, category, currency, createdBy } = outcome.draft;
    return { number, name, description, venue, venueId, category, currency, createdBy };
  }
  if (outcome.type !== "EventChanged" || before === null) return before;
  const {
    name = before.name,
    description = before.description,
    venue = before.venue,
    venueId = before.venueId,
    category = before.category,
  } = outcome.changes;
  return { ...before, name, description, venue, venueId, category };
}

/** What is shown and signed, such as the name and the currency of a statement, against what the ledger says. */
export function checkListing(
  { eventId, findings }: Case,
  told: Listing | null,
  stored: Listing | null,
): void {
  if (told === null || stored === null) return;
  for (const { name, one, other } of differing({ ...told }, { ...stored })) {
    findings.add({
      eventId,
      area: "event",
      subject: name,
      says: { ledger: said(one), "table event": said(other) },
      means:
        "The event is shown, and statements about it are signed, under something that was never decided.",
    });
  }
}
