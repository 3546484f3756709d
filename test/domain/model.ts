import { expect } from "chai";
import type { Command } from "../../src/domain/command.ts";
import type { TierDraft } from "../../src/domain/event-draft.ts";
import type { BookingId, EntryId, PaymentId, UserId } from "../../src/domain/ids.ts";
import type { NewBooking, Outcome, WaitlistJoined } from "../../src/domain/outcome.ts";
import { refundOf } from "../../src/domain/refund-policy.ts";
import type { World } from "../../src/domain/state.ts";
import { PASSED_OVER_MAX, PRIORITIES } from "../../src/domain/waitlist.ts";

export interface LiveBooking {
  readonly status: "held" | "confirmed";
  userId: UserId;
  tier: number;
  quantity: number;
  seats: readonly number[];
  unitPriceMinor: number;
  readonly promoCode: string | null;
  readonly entryId: EntryId | null;
  readonly paymentId: PaymentId | null;
  /** Tickets that somebody was let in with. */
  readonly usedTickets?: Set<number>;
}

interface ModelPayment {
  state: "open" | "captured" | "failed";
  readonly method: "token" | "checkout";
  /** Its end was asked for. */
  isEnding: boolean;
  /** Its booking is paid in another way since. */
  isSuperseded: boolean;
  readonly bookingId: BookingId;
  capturedMinor: number;
  owedMinor: number;
  /** What the refund policy left to the organiser. */
  keptMinor: number;
}

interface ModelEntry extends Pick<WaitlistJoined, "entryId" | "userId" | "quantity" | "priority" | "tiers"> {
  status: "waiting" | "offered" | "converted" | "lapsed" | "left";
  passedOver: number;
}

interface ModelTier {
  readonly name: string;
  capacity: number;
  blocked: number;
  priceMinor: number;
  isRestricted: boolean;
}

/**
 * What an event's outcomes add up to, counted by other means than the domain's own: by what they say, one after the
 * other. Looks at each outcome before it counts it, and complains of one that should not have been.
 */
export class Model {
  readonly live = new Map<BookingId, LiveBooking>();
  readonly payments = new Map<PaymentId, ModelPayment>();
  readonly entries = new Map<EntryId, ModelEntry>();
  readonly tiers: ModelTier[];
  /** Prices and restrictions by version of the event. */
  readonly shown: { name: string; priceMinor: number; isRestricted: boolean }[][] = [[]];
  readonly ended = new Map<BookingId, "expired" | "cancelled">();
  /** Refunds that were owed, in order. */
  readonly refunds: Extract<Outcome, { type: "RefundOwed" }>[] = [];
  userLimit: number | null;
  isCancelled = false;

  constructor(tiers: readonly TierDraft[], userLimit: number | null) {
    this.tiers = tiers.map(({ name, capacity, priceMinor, isRestricted = false }) => ({
      name,
      capacity,
      priceMinor,
      isRestricted,
      blocked: 0,
    }));
    this.userLimit = userLimit;
    this.#show();
  }

  used(position: number, status?: LiveBooking["status"]): number {
    let sum = 0;
    for (const one of this.live.values()) {
      if (one.tier === position && (status === undefined || one.status === status)) sum += one.quantity;
    }
    return sum;
  }

  available(position: number): number {
    const { capacity, blocked } = this.#tier(position);
    return capacity - blocked - this.used(position);
  }

  ticketsOf(userId: UserId): number {
    let sum = 0;
    for (const one of this.live.values()) if (one.userId === userId) sum += one.quantity;
    return sum;
  }

  /** Those who wait, in the order of service. */
  waiting(): ModelEntry[] {
    const all = [...this.entries.values()].filter(({ status }) => status === "waiting");
    return PRIORITIES.flatMap((priority) => all.filter((one) => one.priority === priority));
  }

  /** Whether there is something for somebody who waits, that is not kept for the head. */
  canBeServed(one: ModelEntry, head: ModelEntry | undefined): boolean {
    return this.tiers.some((tier, at) => {
      if (tier.isRestricted || !suits(one, at) || this.available(at) < one.quantity) return false;
      const isKept =
        head !== undefined &&
        head !== one &&
        head.passedOver >= PASSED_OVER_MAX &&
        this.#couldServe(head, at);
      return !isKept;
    });
  }

  /** Counts a decision's outcomes. `world` is as it is after the decision. */
  count(decision: readonly Outcome[], command: Command, world: World, now: number): void {
    for (const outcome of decision) this.#countOne(outcome, command, world, now);
  }

  #countOne(outcome: Outcome, command: Command, world: World, now: number): void {
    switch (outcome.type) {
      case "BookingConfirmed":
        this.#confirm(outcome);
        return;
      case "BookingHeld":
        this.#take(outcome, "held", null);
        return;
      case "OfferMade": {
        const line = this.waiting();
        const mine = line.findIndex(({ entryId }) => entryId === outcome.entryId);
        expect(mine, "the offer is for somebody who waits").to.be.at.least(0);
        for (const before of line.slice(0, mine)) {
          expect(this.canBeServed(before, line[0]), "somebody before them could have been served").to.equal(
            false,
          );
        }
        expect(this.canBeServed(line[mine] as ModelEntry, line[0])).to.equal(true);
        this.#take(outcome, "held", outcome.entryId);
        (line[mine] as ModelEntry).status = "offered";
        return;
      }
      case "HoldExpired": {
        const held = this.#live(outcome.bookingId, "held");
        for (const payment of this.payments.values()) {
          if (payment.bookingId !== outcome.bookingId || payment.isSuperseded) continue;
          expect(payment.state).to.not.equal("open");
        }
        this.#endEntry(held.entryId, "lapsed");
        this.live.delete(outcome.bookingId);
        this.ended.set(outcome.bookingId, "expired");
        return;
      }
      case "BookingCancelled": {
        const one = this.#live(outcome.bookingId, outcome.wasHeld ? "held" : "confirmed");
        if (outcome.by === "customer") this.#expectUnused(one);
        if (outcome.wasHeld) this.#endEntry(one.entryId, "left");
        else this.#giveBack(one, one.quantity, outcome.refundMinor, outcome.by, world, now);
        this.live.delete(outcome.bookingId);
        this.ended.set(outcome.bookingId, "cancelled");
        return;
      }
      case "BookingReduced": {
        const one = this.#live(outcome.bookingId, "confirmed");
        const { by } = command as Extract<Command, { type: "CancelBooking" }>;
        this.#giveBack(one, outcome.quantity, outcome.refundMinor, by, world, now);
        if (outcome.seats === undefined) {
          for (const ticket of one.usedTickets ?? [])
            expect(ticket).to.be.at.most(one.quantity - outcome.quantity);
        } else
          for (const seat of outcome.seats) expect(one.usedTickets?.has(seat + 1) ?? false).to.equal(false);
        one.quantity -= outcome.quantity;
        expect(one.quantity).to.be.at.least(1);
        one.seats = one.seats.filter((seat) => !outcome.seats?.includes(seat));
        return;
      }
      case "BookingTransferred": {
        const one = this.#live(outcome.bookingId, "confirmed");
        this.#expectUnused(one);
        one.userId = outcome.toUserId;
        this.#checkLimit(outcome.toUserId);
        return;
      }
      case "TicketsExchanged": {
        const one = this.#live(outcome.bookingId, "confirmed");
        this.#expectUnused(one);
        const difference = (one.unitPriceMinor - outcome.unitPriceMinor) * one.quantity;
        expect(difference).to.be.at.least(0);
        this.#keep(one, difference - outcome.refundMinor);
        if (outcome.tier !== one.tier) this.#passOver(outcome, outcome.passedOver);
        else expect(outcome.passedOver).to.equal(undefined);
        one.tier = outcome.tier;
        one.seats = outcome.seats ?? [];
        one.unitPriceMinor = outcome.unitPriceMinor;
        return;
      }
      case "TicketCheckedIn": {
        const one = this.#live(outcome.bookingId, "confirmed");
        const tickets = one.seats.length > 0 ? one.seats.map((seat) => seat + 1) : null;
        if (tickets === null) expect(outcome.ticket).to.be.within(1, one.quantity);
        else expect(tickets).to.include(outcome.ticket);
        const used = one.usedTickets ?? new Set();
        expect(used.has(outcome.ticket), "let in twice").to.equal(false);
        this.live.set(outcome.bookingId, { ...one, usedTickets: used.add(outcome.ticket) });
        return;
      }
      case "PaymentRequested":
        expect(this.#live(outcome.bookingId, "held").quantity).to.be.at.least(1);
        for (const other of this.payments.values()) {
          if (other.bookingId !== outcome.bookingId || other.state !== "open") continue;
          // Only a page gives way, and only to a token.
          if (!other.isSuperseded)
            expect([other.method, outcome.method]).to.deep.equal(["checkout", "token"]);
          other.isSuperseded = true;
        }
        this.payments.set(outcome.paymentId, {
          state: "open",
          method: outcome.method,
          isEnding: false,
          isSuperseded: false,
          bookingId: outcome.bookingId,
          capturedMinor: 0,
          owedMinor: 0,
          keptMinor: 0,
        });
        return;
      case "PaymentCancelRequested":
        this.#payment(outcome.paymentId, "open").isEnding = true;
        return;
      case "PaymentFailed":
        this.#payment(outcome.paymentId, "open").state = "failed";
        return;
      case "PaymentCaptured": {
        const payment = this.payments.get(outcome.paymentId) as ModelPayment;
        expect(payment.state, "captured twice").to.not.equal("captured");
        payment.state = "captured";
        payment.capturedMinor = outcome.amountMinor;
        return;
      }
      case "RefundOwed":
        this.#payment(outcome.paymentId, "captured").owedMinor += outcome.amountMinor;
        expect(this.refunds.map(({ refundId }) => refundId)).to.not.include(outcome.refundId);
        this.refunds.push(outcome);
        return;
      case "WaitlistJoined":
        for (const { userId } of this.waiting()) expect(userId).to.not.equal(outcome.userId);
        this.entries.set(outcome.entryId, { ...outcome, status: "waiting", passedOver: 0 });
        return;
      case "WaitlistLeft": {
        const entry = this.entries.get(outcome.entryId);
        expect(entry?.status).to.equal("waiting");
        if (outcome.why === "limit") {
          expect(this.ticketsOf(outcome.userId) + (entry as ModelEntry).quantity).to.be.above(
            this.userLimit as number,
          );
        }
        (entry as ModelEntry).status = "left";
        return;
      }
      case "EventChanged":
        this.#change(outcome);
        return;
      case "SeatsBlocked":
      case "SeatsReleased":
        for (const seat of outcome.seats) {
          const tier = world.state.seatMap?.seating.rows.find(
            ({ first, count }) => seat >= first && seat < first + count,
          )?.tier;
          this.#tier(tier as number).blocked += outcome.type === "SeatsBlocked" ? 1 : -1;
        }
        return;
      case "EventCancelled":
        this.isCancelled = true;
        for (const one of this.waiting()) one.status = "left";
        return;
      case "EventCompleted":
        for (const one of this.waiting()) one.status = "left";
        return;
      default:
        return;
    }
  }

  #confirm(outcome: Extract<Outcome, { type: "BookingConfirmed" }>): void {
    const { bookingId, replaces } = outcome;
    if (replaces !== undefined) expect(this.ended.get(replaces)).to.equal("expired");
    expect(this.ended.has(bookingId), "confirmed after its end").to.equal(false);
    if (!outcome.wasHeld) {
      this.#take(outcome, "confirmed", null);
      return;
    }
    const held = this.#live(bookingId, "held");
    expect([...held.seats]).to.deep.equal([...(outcome.seats ?? [])]);
    expect([held.tier, held.quantity, held.unitPriceMinor, held.promoCode]).to.deep.equal([
      outcome.tier,
      outcome.quantity,
      outcome.unitPriceMinor,
      outcome.promoCode ?? null,
    ]);
    this.#endEntry(held.entryId, "converted");
    this.live.set(bookingId, { ...held, status: "confirmed", paymentId: outcome.paymentId ?? null });
  }

  #take(
    outcome: NewBooking & { readonly paymentId?: PaymentId },
    status: LiveBooking["status"],
    entryId: EntryId | null,
  ): void {
    const { bookingId, userId, tier, quantity, seats = [], unitPriceMinor, promoCode = null } = outcome;
    expect(this.live.has(bookingId)).to.equal(false);
    expect(this.available(tier), "more than is available").to.be.at.least(quantity);
    this.#passOver(outcome, outcome.passedOver);
    const paymentId = outcome.paymentId ?? null;
    const made = { status, userId, tier, quantity, seats, unitPriceMinor, promoCode, entryId, paymentId };
    this.live.set(bookingId, made);
    this.#checkLimit(userId);
  }

  #checkLimit(userId: UserId): void {
    if (this.userLimit !== null) expect(this.ticketsOf(userId)).to.be.at.most(this.userLimit);
  }

  /** Somebody takes tickets of a tier: whoever stands at the head and could have had them was passed over. */
  #passOver(
    { userId, tier }: { readonly userId: UserId; readonly tier: number },
    told: EntryId | undefined,
  ): void {
    const [head] = this.waiting();
    const isPassed = head !== undefined && head.userId !== userId && this.#couldServe(head, tier);
    expect(told).to.equal(isPassed ? head.entryId : undefined);
    if (!isPassed) return;
    head.passedOver += 1;
    expect(head.passedOver, "passed over too often").to.be.at.most(PASSED_OVER_MAX);
  }

  #couldServe(head: ModelEntry, at: number): boolean {
    const { isRestricted, capacity, blocked } = this.#tier(at);
    return suits(head, at) && !isRestricted && capacity - blocked >= head.quantity;
  }

  #giveBack(
    one: LiveBooking,
    quantity: number,
    refundMinor: number,
    by: "customer" | "organizer" | "event",
    { state }: World,
    now: number,
  ): void {
    const valueMinor = one.unitPriceMinor * quantity;
    const isTheirWish = by === "customer" && !this.isCancelled;
    const due = isTheirWish
      ? refundOf(state.refundPolicy, valueMinor, { startsAt: state.startsAt, now })
      : valueMinor;
    expect(refundMinor).to.equal(due);
    this.#keep(one, valueMinor - refundMinor);
  }

  #keep({ paymentId }: LiveBooking, keptMinor: number): void {
    if (paymentId !== null) this.#payment(paymentId, "captured").keptMinor += keptMinor;
  }

  #change({ changes, version }: Extract<Outcome, { type: "EventChanged" }>): void {
    if (changes.ticketsPerUserMax !== undefined) this.userLimit = changes.ticketsPerUserMax;
    for (const { name, ...fields } of changes.tiers ?? []) {
      const tier = this.tiers.find((one) => one.name === name);
      if (tier !== undefined) Object.assign(tier, fields);
      else {
        this.tiers.push({ name, capacity: 0, priceMinor: 0, isRestricted: false, blocked: 0, ...fields });
      }
    }
    expect(version).to.equal(this.shown.length);
    this.#show();
  }

  #show(): void {
    this.shown.push(
      this.tiers.map(({ name, priceMinor, isRestricted }) => ({ name, priceMinor, isRestricted })),
    );
  }

  #endEntry(entryId: EntryId | null, status: ModelEntry["status"]): void {
    if (entryId === null) return;
    const entry = this.entries.get(entryId) as ModelEntry;
    expect(entry.status).to.equal("offered");
    entry.status = status;
  }

  #expectUnused({ usedTickets }: LiveBooking): void {
    expect(usedTickets?.size ?? 0, "used tickets were given away").to.equal(0);
  }

  #live(bookingId: BookingId, status: LiveBooking["status"]): LiveBooking {
    const found = this.live.get(bookingId);
    expect(found?.status, `booking ${bookingId}`).to.equal(status);
    return found as LiveBooking;
  }

  #payment(paymentId: PaymentId, state: ModelPayment["state"]): ModelPayment {
    const found = this.payments.get(paymentId);
    expect(found?.state, `payment ${paymentId}`).to.equal(state);
    return found as ModelPayment;
  }

  #tier(position: number): ModelTier {
    return this.tiers[position] as ModelTier;
  }
}

function suits({ tiers }: Pick<ModelEntry, "tiers">, at: number): boolean {
  return tiers === null || tiers.includes(at);
}
