import { expect } from "chai";
import { carryOut } from "../../src/domain/carry-out.ts";
import type { Command, CreateEvent, PaymentResult, TicketWish } from "../../src/domain/command.ts";
import type { EventChanges, EventDraft } from "../../src/domain/event-draft.ts";
import type { BookingId, CommandId, EntryId, EventId, PaymentId, UserId } from "../../src/domain/ids.ts";
import { uuidFrom } from "../../src/domain/ids.ts";
import { assertInvariants, auditState } from "../../src/domain/invariants.ts";
import type { LedgerEntry } from "../../src/domain/ledger.ts";
import type { Decision, Outcome } from "../../src/domain/outcome.ts";
import type { PromoCodeDraft } from "../../src/domain/promo-code.ts";
import { initialState, saleStatusAt, type World } from "../../src/domain/state.ts";
import type { Priority } from "../../src/domain/waitlist.ts";

export const NOW = Date.parse("2026-06-01T12:00:00Z");
export const DAY = 86_400_000;
export const MINUTE = 60_000;

/** The n-th id; the same n gives the same id. */
export function idOf(n: number): string {
  return uuidFrom({ nowMs: NOW + n, counter: n % 4_096, word: n, dice: n });
}

export const user = (n: number) => idOf(1_000_000 + n) as UserId;
export const booking = (n: number) => idOf(n) as BookingId;
/** The id of the n-th place in the waitlist, and of the booking that an offer to it is. */
export const entry = (n: number) => idOf(5_000_000 + n) as EntryId;
export const offerOf = (n: number) => idOf(6_000_000 + n) as BookingId;
/** The n-th payment; the booking that it makes where it comes late is `lateOf(n)`. */
export const payment = (n: number) => idOf(7_000_000 + n) as PaymentId;
export const lateOf = (n: number) => idOf(8_000_000 + n) as BookingId;
export const commandId = (n: number) => idOf(2_000_000 + n) as CommandId;

let commands = 0;
/** An id for a command that nothing refers to. */
const nextCommandId = () => idOf(20_000_000 + ++commands) as CommandId;

export function eventWith(fields: Partial<EventDraft> & { readonly capacity?: number } = {}): EventDraft {
  const { capacity = 10, ...rest } = fields;
  return {
    eventId: idOf(0) as EventId,
    number: 1,
    name: "An Evening",
    description: null,
    venue: "The Hall",
    venueId: null,
    category: null,
    startsAt: NOW + 30 * DAY,
    endsAt: null,
    saleStartsAt: null,
    saleEndsAt: null,
    currency: "USD",
    ticketsPerBookingMax: 10,
    ticketsPerUserMax: null,
    requiresPayment: false,
    holdTtlMs: 5 * MINUTE,
    offerTtlMs: 15 * MINUTE,
    holdsPerUserMax: 4,
    refundPolicy: { type: "full" },
    tiers: [{ name: "General", priceMinor: 2_000, capacity }],
    seating: null,
    createdBy: user(0),
    ...rest,
  };
}

/** An event whose bookings are held until they are paid. */
export const paidEventWith = (fields: Parameters<typeof eventWith>[0] = {}) =>
  eventWith({ requiresPayment: true, ...fields });

/**
 * Rows "Front 1" (seats 0 to 3) and "Front 2" (4 to 7) of tier Stalls, "Rear 1" (8 to 10) of tier Circle, and four
 * places of tier Standing without seats.
 */
export function seatedEventWith(fields: Partial<EventDraft> = {}): EventDraft {
  return eventWith({
    tiers: [
      { name: "Stalls", priceMinor: 5_000, capacity: 8, isSeated: true },
      { name: "Circle", priceMinor: 3_000, capacity: 3, isSeated: true },
      { name: "Standing", priceMinor: 4_000, capacity: 4 },
    ],
    seating: {
      sections: [
        {
          name: "Front",
          tier: 0,
          rows: [
            { label: "1", seats: 4 },
            { label: "2", seats: 4 },
          ],
        },
        { name: "Rear", tier: 1, rows: [{ label: "1", seats: 3 }] },
      ],
    },
    ...fields,
  });
}

interface More extends Partial<Omit<TicketWish, "quantity">> {
  readonly by?: number;
  readonly total?: number;
  readonly promoCode?: string;
  readonly seenVersion?: number;
  /** The n of the offer that the person gets who waits where the event is full. */
  readonly orWait?: number;
  readonly priority?: Priority;
}

export function book(
  n: number,
  quantity: number,
  more: More = {},
): Extract<Command, { type: "BookTickets" }> {
  const { by = n, total, orWait, priority = "basic", ...wish } = more;
  return {
    type: "BookTickets",
    id: booking(n),
    userId: user(by),
    quantity,
    ...wish,
    ...(total === undefined ? {} : { expectedTotalMinor: total }),
    ...(orWait === undefined ? {} : { waitlistIfFull: { priority, offerId: offerOf(orWait) } }),
  };
}

/** Books these very seats. */
export const bookSeats = (n: number, seats: readonly number[], more: More = {}) =>
  book(n, seats.length, { ...more, seats });

interface CancelMore {
  readonly by?: number;
  readonly seq?: number;
  readonly seats?: readonly number[];
  readonly quantity?: number;
  readonly as?: "customer" | "organizer" | "event";
}

export function cancel(n: number, { by = n, seq = n, as = "customer", ...part }: CancelMore = {}): Command {
  return { ...cancelOf(booking(n), { by, as, ...part }), id: commandId(seq) };
}

export function cancelOf(
  bookingId: BookingId,
  { by, as = "customer", ...part }: Omit<CancelMore, "seq"> & { readonly by: number },
): Extract<Command, { type: "CancelBooking" }> {
  return { type: "CancelBooking", id: nextCommandId(), bookingId, userId: user(by), by: as, ...part };
}

/** The n-th payment asks for a booking to be paid; `by: null` offers no money. */
export function confirm(
  n: number,
  {
    by = n,
    pay = "token",
    of = booking(n),
  }: {
    readonly by?: number;
    readonly pay?: "token" | "checkout" | null;
    readonly of?: BookingId;
  } = {},
): Command {
  return {
    type: "ConfirmBooking",
    id: payment(n),
    bookingId: of,
    userId: user(by),
    payment: pay === null ? null : { provider: "test", method: pay },
    resultId: lateOf(n),
  };
}

/** What the provider says about the n-th payment; `again` tells reports of one payment apart. */
export function report(
  n: number,
  result: PaymentResult | PaymentResult["type"],
  { of = booking(n), again = 0 }: { readonly of?: BookingId; readonly again?: number } = {},
): Command {
  return {
    type: "RecordPayment",
    id: again === 0 ? lateOf(n) : (idOf(8_000_000 + 10_000 * again + n) as BookingId),
    paymentId: payment(n),
    bookingId: of,
    result: typeof result === "string" ? resultOf(result) : result,
  };
}

function resultOf(type: PaymentResult["type"]): PaymentResult {
  if (type === "captured") return { type, amountMinor: 2_000 };
  return type === "declined" ? { type, reason: "the card was declined" } : { type };
}

export const captured = (amountMinor: number): PaymentResult => ({ type: "captured", amountMinor });

export function transfer(n: number, { by = n, to }: { readonly by?: number; readonly to: number }): Command {
  return {
    type: "TransferBooking",
    id: nextCommandId(),
    bookingId: booking(n),
    userId: user(by),
    toUserId: user(to),
  };
}

export function checkIn(
  n: number,
  { ticket = 1, issue = 1 }: { readonly ticket?: number; readonly issue?: number } = {},
): Command {
  return { type: "CheckInTicket", id: nextCommandId(), bookingId: booking(n), ticket, issue, by: user(99) };
}

export function exchange(
  n: number,
  { by = n, total, ...wish }: Pick<More, "by" | "total" | "tier" | "seats" | "adjacent" | "section"> = {},
): Command {
  return {
    type: "ExchangeTickets",
    id: nextCommandId(),
    bookingId: booking(n),
    userId: user(by),
    ...wish,
    ...(total === undefined ? {} : { expectedTotalMinor: total }),
  };
}

export function join(
  n: number,
  quantity: number,
  {
    by = n,
    ...more
  }: { readonly by?: number; readonly priority?: Priority; readonly tiers?: readonly string[] } = {},
): Command {
  return {
    type: "JoinWaitlist",
    id: entry(n),
    userId: user(by),
    quantity,
    priority: "basic",
    ...more,
    offerId: offerOf(n),
  };
}

export const leave = (by: number): Command => ({
  type: "LeaveWaitlist",
  id: nextCommandId(),
  userId: user(by),
});

export const processLine = (ticketsMax: number | null = null): Command => ({
  type: "ProcessWaitlist",
  id: nextCommandId(),
  ticketsMax,
});

export function change(
  changes: EventChanges,
  expectedVersion?: number,
  more: { readonly isConfirmed?: boolean } = {},
): Command {
  return {
    type: "ChangeEvent",
    id: commandId(500_000),
    changes,
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
    ...more,
  };
}

export const cancelEvent: Command = { type: "CancelEvent", id: commandId(600_000) };
export const pause: Command = { type: "PauseSale", id: commandId(600_001) };
export const resume: Command = { type: "ResumeSale", id: commandId(600_002) };
export const block = (...seats: number[]): Command => ({ type: "BlockSeats", id: nextCommandId(), seats });
export const release = (...seats: number[]): Command => ({
  type: "ReleaseSeats",
  id: nextCommandId(),
  seats,
});
export const expire = (bookingId: BookingId): Command => ({
  type: "ExpireHold",
  id: nextCommandId(),
  bookingId,
});
export const ring = (type: "OpenSale" | "CloseSale" | "CompleteEvent" | "ServeWaitlist"): Command => ({
  type,
  id: nextCommandId(),
});

export function addCode(code: string, fields: Partial<PromoCodeDraft> = {}): Command {
  return {
    type: "AddPromoCode",
    id: nextCommandId(),
    code: {
      code,
      discount: { type: "percent", percent: 50 },
      usesMax: null,
      tiers: null,
      validUntil: null,
      ...fields,
    },
  };
}

/** A world as it is after some commands, and a way to ask what one more command leads to. */
export function given(draft: EventDraft, ...commands: readonly Command[]) {
  const world = worldOf(draft);
  for (const command of commands) run(world, command, NOW);
  return {
    world,
    when(command: Command, now = NOW) {
      const decision = run(world, command, now);
      return {
        world,
        decision,
        /** The head of the decision has these fields, among others. */
        thenDecided(expected: Partial<Outcome> & { readonly type: Outcome["type"] }) {
          expect(decision[0]).to.deep.include(expected);
          return this;
        },
        /** After the head these follow, each with these fields among others, and nothing else. */
        andThen(...expected: readonly (Partial<Outcome> & { readonly type: Outcome["type"] })[]) {
          expect(decision.slice(1).map(({ type }) => type)).to.deep.equal(expected.map(({ type }) => type));
          for (const [at, fields] of expected.entries()) {
            expect(decision[at + 1]).to.deep.include(fields);
          }
          return this;
        },
        thenRefused(reason: string, facts: object = {}) {
          expect(decision[0]).to.include({ reason });
          expect((decision[0] as { facts: object }).facts).to.deep.include(facts);
          return this;
        },
        andSold(...sold: number[]) {
          expect(world.state.tiers.map((tier) => tier.sold)).to.deep.equal(sold);
          return this;
        },
        andHeld(...held: number[]) {
          expect(world.state.tiers.map((tier) => tier.held)).to.deep.equal(held);
          return this;
        },
      };
    },
  };
}

/** A world in which nothing but the event is there. */
export function worldOf(draft: EventDraft, now = NOW): World {
  return {
    state: initialState(draft, saleStatusAt(draft, now)),
    bookings: new Map(),
    payments: new Map(),
    rejected: new Set(),
    tickets: new Map(),
  };
}

/** Carries a command out as a turn does, and looks at everything afterwards. */
export function run(world: World, command: Command, now: number): Decision {
  const decision = carryOut(world, command, now);
  const [head] = decision;
  if (command.type === "BookTickets" && (head.type === "BookingRejected" || head.type === "WaitlistJoined")) {
    (world.rejected as Set<BookingId>).add(command.id);
  }
  assertInvariants(world.state);
  auditState(world.state);
  return decision;
}

/** The ledger of an event that was just created. */
export function ledgerOf(draft: EventDraft, now = NOW): LedgerEntry[] {
  const create: CreateEvent = { type: "CreateEvent", id: idOf(9) as CommandId, draft };
  const created = { type: "EventCreated", draft, saleStatus: saleStatusAt(draft, now) } as const;
  return [{ eventId: draft.eventId, seq: 1, command: create, decision: [created], decidedAt: now }];
}
