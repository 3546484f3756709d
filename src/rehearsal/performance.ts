import { carryOut } from "../domain/carry-out.ts";
import type { CancelBooking, Command } from "../domain/command.ts";
import { dueTimers, nextDueAt } from "../domain/decide/timers.ts";
import type { BookingId, CommandId, PaymentId, UserId } from "../domain/ids.ts";
import { assertStock } from "../domain/invariants.ts";
import type { Decision, Outcome } from "../domain/outcome.ts";
import { availableIn, type Hold, type World } from "../domain/state.ts";
import { PRIORITIES } from "../domain/waitlist.ts";
import type { Birth } from "./demand.ts";
import type { PriceChange } from "./play-input.ts";
import { SalesBook } from "./sales-book.ts";
import { Tally } from "./tally.ts";
import { codeOf, newTrace } from "./trace.ts";

/** Told of what people and providers react to. */
export interface Reactions {
  born(bookingId: BookingId, birth: Birth, at: number): void;
  heldUntil(bookingId: BookingId, at: number): void;
  cancelRequested(bookingId: BookingId, paymentId: PaymentId, at: number): void;
  priceChanged(change: PriceChange): void;
}

/** When a tier, or all of them, had nothing left. Null: never. */
export interface SellOut {
  firstFullAt: number | null;
  /** Since when it has stayed so. */
  fullSince: number | null;
}

const NO_HOLDS: ReadonlyMap<BookingId, Hold> = new Map();

/**
 * A copy of an event on a stage of its own: decides commands in the pure domain, as its actor would, and writes down what
 * they came to.
 */
export class Performance {
  readonly world: World;
  readonly tally = new Tally();
  readonly trace = newTrace();
  readonly sales = new SalesBook();
  /** By tier position; the last is of all tiers together. */
  readonly full: SellOut[] = [];
  readonly whole: SellOut = { firstFullAt: null, fullSince: null };
  readonly #reactions: Reactions;
  #clockIds = 0;
  #free = -1;
  #waiting = -1;

  constructor(world: World, reactions: Reactions) {
    this.world = world;
    this.#reactions = reactions;
  }

  /** An id for what nobody asked for. */
  newId(): CommandId {
    this.#clockIds += 1;
    return `clock-${this.#clockIds}` as CommandId;
  }

  /** Looks at the stage before anything happens on it. */
  open(at: number): void {
    this.#look(at);
  }

  /** Decides a command. @throws Error where the stock would not add up: nothing of the rehearsal could be trusted. */
  decide(command: Command, at: number): Decision {
    const decision = carryOut(this.world, command, at);
    const minor = this.tally.take(command, decision);
    if (minor !== 0) {
      this.trace.moneyAt.push(at);
      this.trace.moneyMinor.push(minor);
    }
    assertStock(this.world.state);
    this.#look(at);
    for (const outcome of decision) this.#react(outcome, at);
    return decision;
  }

  /** Writes a request for tickets down. */
  note(what: string, askedAt: number, decidedAt: number): void {
    const { trace } = this;
    trace.askedAt.push(askedAt);
    trace.decidedAt.push(decidedAt);
    trace.code.push(codeOf(trace, what));
  }

  /** When the clock alone moves the sale next; null: never. Holds are not among it. */
  nextTimerAt(): number | null {
    const { state } = this.world;
    return nextDueAt({ ...state, holds: NO_HOLDS as Map<BookingId, Hold>, cancellation: null });
  }

  /** Lets the clock do what is due. */
  ringTimers(at: number): void {
    for (const type of dueTimers(this.world.state, at)) this.decide({ type, id: this.newId() }, at);
  }

  #react(outcome: Outcome, at: number): void {
    const reactions = this.#reactions;
    switch (outcome.type) {
      case "BookingHeld":
      case "OfferMade":
        reactions.heldUntil(outcome.bookingId, outcome.expiresAt);
        reactions.born(outcome.bookingId, outcome.type === "OfferMade" ? "offered" : "held", at);
        return;
      case "BookingConfirmed":
        this.sales.sold(outcome.tier, outcome.quantity);
        if (!outcome.wasHeld) reactions.born(outcome.bookingId, "confirmed", at);
        return;
      case "PaymentRequested":
        reactions.heldUntil(outcome.bookingId, outcome.expiresAt);
        return;
      case "PaymentFailed":
        if (outcome.expiresAt !== null) reactions.heldUntil(outcome.bookingId, outcome.expiresAt);
        return;
      case "PaymentCancelRequested":
        reactions.cancelRequested(outcome.bookingId, outcome.paymentId, at);
        return;
      case "EventCancelled":
        this.#cancelAll(at);
        return;
      case "EventChanged":
        for (const { name: tier, priceMinor } of outcome.changes.tiers ?? []) {
          if (priceMinor !== undefined) reactions.priceChanged({ at, tier, priceMinor });
        }
        return;
      default:
    }
  }

  /** What the engine does in bounded turns after an event was cancelled. */
  #cancelAll(at: number): void {
    const { state, bookings } = this.world;
    const confirmed = [...bookings.values()].filter(({ status }) => status === "confirmed");
    const live: readonly { readonly id: BookingId; readonly userId: UserId }[] = [
      ...state.holds.values(),
      ...confirmed,
    ];
    for (const { id: bookingId, userId } of live) {
      const command: CancelBooking = {
        type: "CancelBooking",
        id: this.newId(),
        bookingId,
        userId,
        by: "event",
      };
      this.decide(command, at);
    }
  }

  #look(at: number): void {
    const { state } = this.world;
    const isOpen = state.status === "active" && state.saleStatus === "open" && !state.isPaused;
    let free = 0;
    for (const [position, tier] of state.tiers.entries()) {
      const left = availableIn(tier);
      free += left;
      this.full[position] ??= { firstFullAt: null, fullSince: null };
      noteFull(this.full[position], left, at);
      this.sales.note(position, at, { priceMinor: tier.priceMinor, isOnSale: isOpen && left > 0 });
    }
    noteFull(this.whole, free, at);
    if (free !== this.#free) {
      this.#free = free;
      this.trace.freeAt.push(at);
      this.trace.free.push(free);
    }
    const waiting = PRIORITIES.reduce((sum, priority) => sum + state.line[priority].size, 0);
    if (waiting === this.#waiting) return;
    this.#waiting = waiting;
    this.trace.waitingAt.push(at);
    this.trace.waiting.push(waiting);
  }
}

function noteFull(full: SellOut, left: number, at: number): void {
  if (left > 0) full.fullSince = null;
  else {
    full.firstFullAt ??= at;
    full.fullSince ??= at;
  }
}
