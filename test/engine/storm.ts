import type { Command, PaymentResult } from "../../src/domain/command.ts";
import type { BookingId, CommandId, EntryId, EventId, PaymentId, UserId } from "../../src/domain/ids.ts";
import { PRIORITIES } from "../../src/domain/waitlist.ts";
import type { Engine } from "./engine.ts";

/** Numbers that a seed repeats (mulberry32, Tommy Ettinger, public domain). */
export function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  };
}

interface Ref {
  readonly id: BookingId;
  readonly userId: UserId;
  readonly quantity?: number;
  readonly seats?: readonly number[] | null;
  readonly issue?: number;
}

interface OpenPayment {
  readonly id: PaymentId;
  readonly bookingId: BookingId;
  readonly amountMinor: number;
}

/** Sends whatever a box office may be sent, in no sensible order, and remembers what to refer to later. */
export class Storm {
  readonly #engine: Engine;
  readonly #eventId: EventId;
  readonly #roll: (sides: number) => number;
  readonly #users: UserId[];
  #holds: Ref[] = [];
  #bookings: Ref[] = [];
  #payments: OpenPayment[] = [];
  /** Of this turn: they are in line with what refers to them. */
  #asked: Ref[] = [];
  #codes = 0;

  constructor(engine: Engine, eventId: EventId, roll: (sides: number) => number) {
    this.#engine = engine;
    this.#eventId = eventId;
    this.#roll = roll;
    this.#users = Array.from({ length: 12 }, () => engine.user());
  }

  /** What the database holds now is what most commands of the next turn refer to. */
  async look(): Promise<void> {
    const { rows } = await this.#engine.pool.query<Ref & { status: string }>(
      `select id, user_id as "userId", status, quantity, seats, issue from booking where event_id = $1 order by updated_at desc limit 40`,
      [this.#eventId],
    );
    this.#holds = rows.filter(({ status }) => status === "pending");
    this.#bookings = rows.filter(({ status }) => status === "confirmed");
    const payments = await this.#engine.pool.query<OpenPayment>(
      `select id, booking_id as "bookingId", amount_minor as "amountMinor" from payment
        where event_id = $1 order by created_at desc limit 12`,
      [this.#eventId],
    );
    this.#payments = payments.rows;
    this.#asked = [];
  }

  command(): Command {
    const makers = [
      ...Array.from({ length: 8 }, () => () => this.#book()),
      ...Array.from({ length: 4 }, () => () => this.#confirm()),
      ...Array.from({ length: 5 }, () => () => this.#record()),
      () => this.#cancel(),
      () => this.#cancel(),
      () => this.#transfer(),
      () => this.#checkIn(),
      () => this.#exchange(),
      () => this.#join(),
      () => this.#join(),
      () => this.#leave(),
      () => this.#operate(),
    ];
    return (this.#pick(makers) as () => Command)();
  }

  #pick<T>(from: readonly T[]): T | undefined {
    return from[this.#roll(from.length)];
  }

  #id(): CommandId {
    return this.#engine.ids.commandId();
  }

  #bookingId(): BookingId {
    return this.#engine.book(this.#eventId).id;
  }

  #user(): UserId {
    return this.#pick(this.#users) as UserId;
  }

  /** Mostly one of these; now and then one that was just asked for, or that nobody knows. */
  #oneOf(refs: readonly Ref[]): Ref {
    const chosen = this.#roll(8) === 0 ? this.#pick(this.#asked) : this.#pick(refs);
    return chosen ?? { id: this.#bookingId(), userId: this.#user() };
  }

  #wish() {
    const seats = Array.from({ length: 1 + this.#roll(3) }, () => this.#roll(40));
    return this.#pick([
      { quantity: 1 + this.#roll(4) },
      { quantity: 1 + this.#roll(4), tier: "Stalls", adjacent: true },
      { quantity: 1 + this.#roll(4), section: "Circle" },
      { quantity: 1 + this.#roll(6), tier: "Standing" },
      { quantity: new Set(seats).size, seats: [...new Set(seats)] },
    ]) as { quantity: number };
  }

  #book(): Command {
    const command = {
      type: "BookTickets",
      id: this.#bookingId(),
      userId: this.#user(),
      ...this.#wish(),
    } as const;
    this.#asked.push({ id: command.id, userId: command.userId });
    return {
      ...command,
      ...(this.#roll(4) === 0 ? { promoCode: `CODE${this.#roll(3)}` } : {}),
      ...(this.#roll(3) === 0
        ? { waitlistIfFull: { priority: "basic", offerId: this.#bookingId() } as const }
        : {}),
    };
  }

  #confirm(): Command {
    const { id: bookingId, userId } = this.#oneOf(this.#holds);
    const id = this.#id() as PaymentId;
    const method = this.#roll(2) === 0 ? ("token" as const) : ("checkout" as const);
    const payment = this.#roll(6) === 0 ? null : { provider: "test", method };
    return { type: "ConfirmBooking", id, bookingId, userId, payment, resultId: this.#bookingId() };
  }

  #record(): Command {
    const payment = this.#pick(this.#payments);
    if (payment === undefined) return this.#book();
    const { id: paymentId, bookingId, amountMinor } = payment;
    const result = this.#pick<PaymentResult>([
      { type: "captured", amountMinor },
      { type: "captured", amountMinor: this.#roll(9) === 0 ? amountMinor + 1 : amountMinor },
      { type: "declined", reason: "no funds" },
      { type: "open" },
      { type: "cancelled" },
    ]) as PaymentResult;
    return { type: "RecordPayment", id: this.#bookingId(), paymentId, bookingId, result };
  }

  #cancel(): Command {
    const { id: bookingId, userId } = this.#oneOf([...this.#holds.slice(0, 3), ...this.#bookings]);
    const part = this.#roll(3) === 0 ? { quantity: 1 } : {};
    return { type: "CancelBooking", id: this.#id(), bookingId, userId, by: "customer", ...part };
  }

  #transfer(): Command {
    const { id: bookingId, userId } = this.#oneOf(this.#bookings);
    return { type: "TransferBooking", id: this.#id(), bookingId, userId, toUserId: this.#user() };
  }

  #checkIn(): Command {
    const { id: bookingId, quantity = 1, seats = null, issue = 1 } = this.#oneOf(this.#bookings);
    const ticket = seats === null ? 1 + this.#roll(quantity) : (this.#pick(seats) ?? 0) + 1;
    return { type: "CheckInTicket", id: this.#id(), bookingId, ticket, issue, by: this.#user() };
  }

  #exchange(): Command {
    const { id: bookingId, userId } = this.#oneOf(this.#bookings);
    const { quantity: _, ...wish } = this.#wish();
    return { type: "ExchangeTickets", id: this.#id(), bookingId, userId, ...wish };
  }

  #join(): Command {
    const userId = this.#user();
    const tiers = this.#pick([undefined, ["Standing"], ["Stalls", "Circle"]]);
    return {
      type: "JoinWaitlist",
      id: this.#id() as EntryId,
      userId,
      quantity: 1 + this.#roll(4),
      priority: this.#pick(PRIORITIES) ?? "basic",
      ...(tiers === undefined ? {} : { tiers }),
      offerId: this.#bookingId(),
    };
  }

  #leave(): Command {
    return { type: "LeaveWaitlist", id: this.#id(), userId: this.#user() };
  }

  #operate(): Command {
    const id = this.#id();
    const seats = [38 + this.#roll(2)];
    const capacity = 10 + this.#roll(30);
    const options: Command[] = [
      { type: "ProcessWaitlist", id, ticketsMax: this.#roll(2) === 0 ? null : this.#roll(5) },
      { type: "ChangeEvent", id, changes: { tiers: [{ name: "Standing", capacity }] } },
      {
        type: "ChangeEvent",
        id,
        changes: { tiers: [{ name: "Stalls", priceMinor: 3_000 + this.#roll(3) * 500 }] },
      },
      { type: "ChangeEvent", id, changes: { ticketsPerUserMax: this.#roll(2) === 0 ? null : 8 } },
      { type: this.#roll(2) === 0 ? "BlockSeats" : "ReleaseSeats", id, seats },
      { type: this.#roll(2) === 0 ? "PauseSale" : "ResumeSale", id },
      {
        type: "AddPromoCode",
        id,
        code: {
          code: `CODE${this.#codes++}`,
          discount: { type: "percent", percent: 50 },
          usesMax: 3,
          tiers: null,
          validUntil: null,
        },
      },
    ];
    return this.#pick(options) as Command;
  }
}

/** Forty seats in two tiers, and standing room; holds of a blink, so that they expire while the storm goes on. */
export function seatedEvent(engine: Engine): Promise<EventId> {
  const row = (label: string, seats: number) => ({ label, seats });
  return engine.event({
    requiresPayment: true,
    holdTtlMs: 400,
    offerTtlMs: 300,
    refundPolicy: { type: "percentage", steps: [{ hoursBefore: 1, percent: 50 }] },
    tiers: [
      { name: "Stalls", priceMinor: 4_000, capacity: 24, isSeated: true },
      { name: "Circle", priceMinor: 2_500, capacity: 16, isSeated: true },
      { name: "Standing", priceMinor: 1_000, capacity: 15 },
    ],
    seating: {
      sections: [
        { name: "Stalls", tier: 0, rows: [row("A", 12), row("B", 12)] },
        { name: "Circle", tier: 1, rows: [row("A", 8), row("B", 8)] },
      ],
    },
  });
}
