import type { Command, CreateEvent } from "../domain/command.ts";
import type { BookingId } from "../domain/ids.ts";
import type {
  BookingConfirmed,
  Decision,
  EventChanged,
  EventCreated,
  Outcome,
  TicketsExchanged,
} from "../domain/outcome.ts";
import {
  NOT_REFUSED,
  type Refusals,
  type SaleFigures,
  type TierFigures,
  wereSold,
} from "../domain/sale-figures.ts";
import { MoneyCount } from "./money-count.ts";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Given = Extract<Outcome, { type: "BookingCancelled" | "BookingReduced" }>;
type OfEvent = Pick<SaleFigures, "eventNumber" | "name" | "currency" | "status" | "saleStatus">;

const NO_TICKETS = { sold: 0, soldMinor: 0, held: 0, cancelled: 0, refunded: 0, refused: 0 };

/**
 * Counts what a ledger says, entry by entry, from its outcomes alone: whoever has the entries can count without the
 * program that decided them. The database counts the same in another way (src/store/queries/sale-figures.ts).
 */
export class SaleCount {
  readonly #tiers: Mutable<TierFigures>[] = [];
  readonly #refusals = new Map<string, Mutable<Refusals>>();
  /** By the tier that was named, whether there was such a tier or not. */
  readonly #refusedOf = new Map<string, number>();
  readonly #unitPricesMinor = new Map<BookingId, number>();
  readonly #money = new MoneyCount();
  #event: Mutable<OfEvent> | null = null;

  take({
    command,
    outcomes,
  }: {
    readonly command: Command | CreateEvent;
    readonly outcomes: Decision;
  }): void {
    const [head] = outcomes;
    if (head.type === "BookingRejected" && head.reason !== NOT_REFUSED)
      this.#refuse(command, head.reason, head.quantity);
    for (const outcome of outcomes) {
      this.#hear(outcome);
      this.#money.hear(outcome);
    }
  }

  /** @throws Error where there was no entry that created the event. */
  figures(of: Pick<SaleFigures, "seq" | "digest" | "decidedAt">): SaleFigures {
    if (this.#event === null) throw new Error("no entry creates the event");
    const refusals = [...this.#refusals.values()].sort((a, b) => (a.reason < b.reason ? -1 : 1));
    return {
      ...this.#event,
      ...of,
      tiers: this.#tiers.map((tier) => ({ ...tier, refused: this.#refusedOf.get(tier.tier) ?? 0 })),
      refusals,
      ...this.#money.figures,
    };
  }

  #hear(outcome: Outcome): void {
    switch (outcome.type) {
      case "EventCreated":
        this.#create(outcome);
        return;
      case "EventChanged":
        this.#change(outcome);
        return;
      case "BookingHeld":
      case "OfferMade":
        this.#tier(outcome.tier).held += outcome.quantity;
        return;
      case "HoldExpired":
        this.#tier(outcome.tier).held -= outcome.quantity;
        return;
      case "BookingConfirmed":
        this.#sell(outcome);
        return;
      case "BookingCancelled":
      case "BookingReduced":
        this.#giveBack(outcome);
        return;
      case "TicketsExchanged":
        this.#exchange(outcome);
        return;
      default:
        this.#hearOfSale(outcome);
    }
  }

  #hearOfSale({ type }: Outcome): void {
    if (this.#event === null) return;
    if (type === "SaleOpened") this.#event.saleStatus = "open";
    if (type === "SaleClosed" || type === "EventCancelled") this.#event.saleStatus = "closed";
    if (type === "EventCancelled") this.#event.status = "cancelled";
    if (type === "EventCompleted") this.#event.status = "completed";
  }

  #create({ draft, saleStatus }: EventCreated): void {
    const { number: eventNumber, name, currency, tiers } = draft;
    this.#event = { eventNumber, name, currency, status: "active", saleStatus };
    for (const { name: tier, priceMinor, capacity } of tiers)
      this.#tiers.push({ tier, priceMinor, capacity, ...NO_TICKETS });
  }

  #change({ changes, saleStatus }: EventChanged): void {
    if (this.#event !== null) {
      this.#event.saleStatus = saleStatus;
      this.#event.name = changes.name ?? this.#event.name;
    }
    for (const { name, priceMinor, capacity } of changes.tiers ?? []) {
      const known = this.#tiers.find(({ tier }) => tier === name);
      if (known === undefined) {
        this.#tiers.push({ tier: name, priceMinor: priceMinor ?? 0, capacity: capacity ?? 0, ...NO_TICKETS });
        continue;
      }
      known.priceMinor = priceMinor ?? known.priceMinor;
      known.capacity = capacity ?? known.capacity;
    }
  }

  #sell({ bookingId, tier: at, quantity, unitPriceMinor, wasHeld }: BookingConfirmed): void {
    const tier = this.#tier(at);
    if (wasHeld) tier.held -= quantity;
    tier.sold += quantity;
    tier.soldMinor += quantity * unitPriceMinor;
    this.#unitPricesMinor.set(bookingId, unitPriceMinor);
  }

  #giveBack(outcome: Given): void {
    const tier = this.#tier(outcome.tier);
    const { quantity, bookingId, refundMinor } = outcome;
    if (!wereSold(outcome)) {
      tier.held -= quantity;
      return;
    }
    tier.sold -= quantity;
    tier.soldMinor -= quantity * (this.#unitPricesMinor.get(bookingId) ?? 0);
    tier.cancelled += quantity;
    if (refundMinor > 0) tier.refunded += quantity;
  }

  #exchange({ bookingId, from, tier: at, quantity, unitPriceMinor }: TicketsExchanged): void {
    const [before, after] = [this.#tier(from.tier), this.#tier(at)];
    before.sold -= quantity;
    before.soldMinor -= quantity * (this.#unitPricesMinor.get(bookingId) ?? 0);
    after.sold += quantity;
    after.soldMinor += quantity * unitPriceMinor;
    this.#unitPricesMinor.set(bookingId, unitPriceMinor);
  }

  #refuse(command: Command | CreateEvent, reason: string, tickets: number): void {
    const refusals = this.#refusals.get(reason) ?? { reason, requests: 0, tickets: 0 };
    this.#refusals.set(reason, refusals);
    refusals.requests += 1;
    refusals.tickets += tickets;
    const isNamed = command.type === "BookTickets" || command.type === "SetAside";
    const named = isNamed ? command.tier : undefined;
    if (named !== undefined) this.#refusedOf.set(named, (this.#refusedOf.get(named) ?? 0) + tickets);
  }

  #tier(at: number): Mutable<TierFigures> {
    const tier = this.#tiers[at];
    if (tier === undefined) throw new Error(`there is no tier ${at}`);
    return tier;
  }
}
