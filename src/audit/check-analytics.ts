import { fold } from "../analytics/fold.ts";
import { FoldedEvent, unfolded } from "../analytics/folded-event.ts";
import { addTo, type Measures, noMeasures, noSales, type Sales } from "../analytics/measures.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import { differing, type Findings, said } from "./findings.ts";
import type { StoredAnalytics } from "./ports.ts";

type Figures = Readonly<Record<string, unknown>>;

const MEANS =
  "What organisers are shown is not what the ledger comes to. npm run analytics:rebuild -- --event ID makes it again.";

/**
 * Adds an event's ledger up again, as far as its analytics have, and holds them against that. They are read before the
 * ledger: what they are made of is then there whatever is decided meanwhile.
 */
export class AnalyticsCheck {
  readonly #stored: StoredAnalytics;
  readonly #event: FoldedEvent;
  readonly #findings: Findings;
  #fault: string | null = null;

  constructor(stored: StoredAnalytics, findings: Findings) {
    this.#stored = stored;
    this.#findings = findings;
    const nothing = { bookings: new Map(), refunds: new Map() };
    this.#event = new FoldedEvent(unfolded(stored.standing.eventId), nothing);
  }

  take(entry: LedgerEntry): void {
    if (this.#fault !== null || entry.seq > this.#stored.standing.seq) return;
    try {
      fold(this.#event, entry);
    } catch (error) {
      // What is wrong with the ledger is told by those who check it.
      this.#fault = String(error);
    }
  }

  end(): void {
    const { standing, total, days, tiers, tierDays, refusals, live } = this.#stored;
    if (this.#fault !== null) {
      this.#find("adding up the ledger", this.#fault, `is of its first ${standing.seq} entries`);
      return;
    }
    const event = this.#event;
    this.#compare("event", { ...event.standing }, { ...standing });
    this.#compare("totals", totalOf(event), total);
    this.#compareAll("day", event.days, days);
    this.#compareAll("tier", tierTotals(event), tiers);
    const byTierDay = new Map([...event.tierDays].map(([key, { sales }]) => [key, sales]));
    this.#compareAll("tier and day", byTierDay, tierDays);
    const byReason = new Map([...event.refusals].map(([key, { refused }]) => [key, refused]));
    this.#compareAll("refusals", byReason as ReadonlyMap<string, object>, refusals);
    this.#compare("live bookings", liveOf(event), live);
  }

  #compareAll(what: string, due: ReadonlyMap<string, object>, stored: ReadonlyMap<string, object>): void {
    for (const key of new Set([...due.keys(), ...stored.keys()])) {
      const [one, other] = [due.get(key), stored.get(key)];
      if (one === undefined || other === undefined) this.#find(`${what} ${key}`, said(one), said(other));
      else this.#compare(`${what} ${key}`, one as Figures, other as Figures);
    }
  }

  #compare(what: string, due: Figures, stored: Figures): void {
    for (const { name, one, other } of differing(due, stored))
      this.#find(`${what}: ${name}`, said(one), said(other));
  }

  #find(subject: string, ledger: string, analytics: string): void {
    const { eventId } = this.#stored.standing;
    this.#findings.add({ eventId, area: "analytics", subject, says: { ledger, analytics }, means: MEANS });
  }
}

function totalOf({ days }: FoldedEvent): Measures {
  const total = noMeasures();
  for (const measures of days.values()) addTo(total, measures);
  return total;
}

function tierTotals({ standing, tierDays }: FoldedEvent): Map<string, Sales> {
  const totals = standing.tiers.map(() => noSales());
  for (const { tier, sales } of tierDays.values()) addTo(totals[tier] as Sales, sales);
  return new Map(totals.map((sales, at) => [String(at), sales]));
}

function liveOf({ bookings, refunds }: FoldedEvent): StoredAnalytics["live"] {
  const live = [...bookings.values()].filter((booking) => booking !== null);
  const owed = [...refunds.values()].filter((amountMinor) => amountMinor !== null);
  return {
    bookings: live.length,
    tickets: live.reduce((sum, { quantity }) => sum + quantity, 0),
    minor: live.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0),
    refunds: owed.length,
    owedMinor: owed.reduce((sum, amountMinor) => sum + amountMinor, 0),
  };
}
