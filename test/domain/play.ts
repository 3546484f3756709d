import fc from "fast-check";
import type { Command } from "../../src/domain/command.ts";
import { dueHolds, dueTimers, nextDueAt } from "../../src/domain/decide/timers.ts";
import type { EventDraft } from "../../src/domain/event-draft.ts";
import type { BookingId, CommandId, UserId } from "../../src/domain/ids.ts";
import type { Decision } from "../../src/domain/outcome.ts";
import type { RefundPolicy } from "../../src/domain/refund-policy.ts";
import type { World } from "../../src/domain/state.ts";
import { Model } from "./model.ts";
import {
  addCode,
  block,
  book,
  booking,
  cancelEvent,
  cancelOf,
  captured,
  change,
  checkIn,
  eventWith,
  exchange,
  idOf,
  join,
  leave,
  MINUTE,
  NOW,
  pause,
  payment,
  processLine,
  release,
  report,
  resume,
  run,
  seatedEventWith,
  user,
  worldOf,
} from "./scenario.ts";

const USERS = 6;
const CODES = ["HALF", "GUEST", "OFF"] as const;
const TIERS = ["Stalls", "Circle", "Standing", "Pit"] as const;

const policy: fc.Arbitrary<RefundPolicy> = fc.constantFrom<RefundPolicy>(
  { type: "full" },
  { type: "none" },
  {
    type: "percentage",
    steps: [
      { hoursBefore: 2, percent: 50 },
      { hoursBefore: 5, percent: 90 },
    ],
  },
);

/** Events small enough to be full soon, seated and not, paid and free, all of whose times come within ten hours. */
export const draft: fc.Arbitrary<EventDraft> = fc
  .record({
    isSeated: fc.boolean(),
    requiresPayment: fc.constantFrom(true, true, false),
    ticketsPerUserMax: fc.option(fc.integer({ min: 2, max: 8 }), { freq: 2 }),
    holdsPerUserMax: fc.integer({ min: 1, max: 4 }),
    capacity: fc.integer({ min: 1, max: 6 }),
    pit: fc.option(fc.integer({ min: 1, max: 4 })),
    saleStartsIn: fc.option(fc.integer({ min: 1, max: 12 }), { freq: 2 }),
    saleEndsIn: fc.option(fc.integer({ min: 120, max: 400 })),
    refundPolicy: policy,
    codes: fc.boolean(),
  })
  .map(({ isSeated, capacity, pit, saleStartsIn, saleEndsIn, codes, ...rules }) => {
    const times = {
      startsAt: NOW + 500 * MINUTE,
      endsAt: NOW + 600 * MINUTE,
      saleStartsAt: saleStartsIn === null ? null : NOW + saleStartsIn * MINUTE,
      saleEndsAt: saleEndsIn === null ? null : NOW + saleEndsIn * MINUTE,
      offerTtlMs: 8 * MINUTE,
      ticketsPerBookingMax: 4,
    };
    if (isSeated) return seatedEventWith({ ...rules, ...times });
    const first = { name: "Stalls", priceMinor: 2_000, capacity };
    const second = {
      name: "Pit",
      priceMinor: codes ? 1_500 : 2_500,
      capacity: pit ?? 0,
      isRestricted: codes,
    };
    return eventWith({ ...rules, ...times, tiers: pit === null ? [first] : [first, second] });
  });

const KINDS = {
  rest: 0.1,
  book: 16,
  cancel: 5,
  withdraw: 2,
  confirm: 8,
  report: 8,
  refund: 2,
  transfer: 2,
  exchange: 4,
  checkIn: 3,
  join: 6,
  leave: 1,
  process: 1,
  capacity: 2,
  price: 1,
  rules: 2,
  times: 0.3,
  pause: 1,
  resume: 2,
  block: 1,
  release: 1,
  code: 3,
  cancelEvent: 0.2,
  wait: 5,
  longWait: 0.4,
} as const;
type Kind = keyof typeof KINDS;

/** What happens next. The numbers choose among what is there when its turn comes. */
const step = fc.record({
  kind: fc.oneof(
    ...Object.entries(KINDS).map(([kind, weight]) => ({
      weight: weight * 10,
      arbitrary: fc.constant(kind as Kind),
    })),
  ),
  a: fc.nat(999),
  b: fc.nat(999),
  c: fc.nat(999),
  d: fc.nat(999),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
export const steps = fc.array(step, { minLength: 40, maxLength: 110, size: "max" });

export interface Play {
  readonly world: World;
  readonly model: Model;
  readonly decided: readonly {
    readonly command: Command;
    readonly decision: Decision;
    readonly now: number;
  }[];
}

type After = (play: Play, command: Command, decision: Decision) => void;

/** What one turn does at most for the clock. */
const DUE_MAX = 3;

/**
 * Plays steps the way the engine does: before each command what is due, bounded; no booking while the sale is paused.
 * In the end the clock runs on until nothing is due, and providers answer what they were asked.
 */
export function play(event: EventDraft, list: readonly Step[], before: After, after: After): Play {
  const world = worldOf(event);
  const model = new Model(event.tiers, event.ticketsPerUserMax);
  const decided: Play["decided"][number][] = [];
  const all = { world, model, decided };
  let now = NOW;
  let own = 0;
  const take = (command: Command) => {
    const decision = run(world, command, now);
    before(all, command, decision);
    model.count(decision, command, world, now);
    decided.push({ command, decision, now });
    after(all, command, decision);
  };
  const due = () => {
    for (const command of dueCommands(world, now)) {
      own += 1;
      take({ ...command, id: idOf(30_000_000 + own) as CommandId } as Command);
    }
  };
  for (const [at, one] of list.entries()) {
    if (one.kind === "wait") now += (1 + (one.a % 12)) * MINUTE;
    if (one.kind === "longWait") now += (30 + (one.a % 300)) * MINUTE;
    due();
    const command = commandOf(one, at, all);
    if (command !== null && !(command.type === "BookTickets" && world.state.isPaused)) take(command);
  }
  for (let turn = 0; turn < 400; turn += 1) {
    for (const held of [...world.state.holds.values()]) {
      if (held.payment === null || !held.payment.isCancelling) continue;
      const result = turn % 2 === 0 ? "cancelled" : captured(held.payment.amountMinor);
      const n = numberOf(held.payment.id);
      take(report(n, result, { of: held.id, again: 90 }));
    }
    const next = nextDueAt(world.state);
    if (next === null) break;
    now = Math.max(now, next);
    due();
  }
  return all;
}

function dueCommands({ state, bookings }: World, now: number): Omit<Command, "id">[] {
  const timers = dueTimers(state, now).map((type) => ({ type }));
  const holds = dueHolds(state, now, DUE_MAX).map((bookingId) => ({ type: "ExpireHold", bookingId }));
  if (state.cancellation === null || state.cancellation.done >= state.cancellation.total) {
    return [...timers, ...holds] as Omit<Command, "id">[];
  }
  const confirmed = [...bookings.values()].filter(({ status }) => status === "confirmed").slice(0, DUE_MAX);
  return [...[...state.holds.values()].slice(0, DUE_MAX), ...confirmed].map(
    ({ id: bookingId, userId }) =>
      ({ type: "CancelBooking", bookingId, userId, by: "event" }) as Omit<Command, "id">,
  );
}

const numbers = new Map(Array.from({ length: 200 }, (_, n) => [payment(n) as string, n]));
const numberOf = (paymentId: string): number => numbers.get(paymentId) as number;
const people = new Map(Array.from({ length: USERS }, (_, n) => [user(n) as string, n]));
const personOf = (userId: UserId): number => people.get(userId) as number;

function pick<T>(from: Iterable<T>, dice: number): T | undefined {
  const list = [...from];
  return list[dice % Math.max(1, list.length)];
}

function commandOf({ kind, a, b, c, d }: Step, at: number, { world, model }: Play): Command | null {
  const { state, bookings } = world;
  const by = a % USERS;
  const live = [...model.live].map(([id, one]) => ({ id, ...one }));
  const confirmed = live.filter(({ status }) => status === "confirmed");
  // Mostly something that can go well, sometimes anything.
  const one = d % 8 === 0 ? pick([...bookings.values()], a) : pick(confirmed, a);
  const owner = one === undefined ? by : c % 9 === 0 ? c % USERS : personOf(one.userId);
  switch (kind) {
    case "book": {
      const wished = wish(world, b, c);
      const quantity = "seats" in wished ? wished.seats.length : 1 + (b % 5 === 4 ? b % 6 : b % 3);
      return book(at, quantity, {
        by,
        ...wished,
        ...(d % 5 === 0 ? { promoCode: CODES[a % 3] as string } : {}),
        ...(d % 5 === 1 ? { seenVersion: 1 + (c % state.version) } : {}),
        ...(d % 5 === 2 ? { seenVersion: state.version } : {}),
        ...(d % 7 === 3
          ? { total: quantity * ((state.tiers[c % state.tiers.length]?.priceMinor ?? 0) as number) }
          : {}),
        ...(d % 3 === 0 ? { orWait: at, priority: priorityOf(c) } : {}),
      });
    }
    case "cancel": {
      const any = d % 6 === 0 ? pick(bookings.values(), a) : pick(live, a);
      if (any === undefined) return null;
      const as = b % 6 === 0 ? "organizer" : "customer";
      const person = c % 9 === 0 ? c % USERS : personOf(any.userId);
      const part =
        b % 3 === 0
          ? { quantity: 1 + (c % 3) }
          : b % 3 === 1 && any.seats !== null && any.seats.length > 1
            ? { seats: any.seats.slice(c % 2, 1 + (c % 2)) }
            : {};
      return cancelOf(any.id, { by: person, as, ...part });
    }
    case "withdraw":
      return cancelOf(booking(Math.max(0, at + 5 - (a % 12))), { by });
    case "confirm": {
      const held = d % 9 === 0 ? pick(bookings.values(), a) : pick(state.holds.values(), a);
      if (held === undefined) return null;
      const person = c % 9 === 0 ? c % USERS : personOf(held.userId);
      return {
        type: "ConfirmBooking",
        id: payment(at),
        bookingId: held.id,
        userId: user(person),
        payment: b % 10 === 0 ? null : { provider: "test", method: b % 3 === 0 ? "checkout" : "token" },
        resultId: idOf(8_000_000 + at) as BookingId,
      };
    }
    case "report": {
      const paymentId = d % 6 === 0 ? pick(model.payments.keys(), a) : lastOpen(model, a);
      if (paymentId === undefined) return d === 0 ? report(at, "captured") : null;
      const { bookingId, amountMinor } = world.payments.get(paymentId) ?? {};
      const result =
        b % 8 < 4
          ? captured((amountMinor ?? 0) - (c % 25 === 0 ? 1 : 0))
          : (["open", "declined", "cancelled", "declined"] as const)[b % 4];
      return report(numberOf(paymentId), result ?? "open", { of: bookingId as BookingId, again: 100 + at });
    }
    case "refund": {
      const owed = pick(model.refunds, a);
      if (owed === undefined) return null;
      const { refundId, paymentId, bookingId, amountMinor } = owed;
      const result =
        b % 3 === 0 ? ({ type: "failed", reason: "no" } as const) : ({ type: "refunded" } as const);
      return {
        type: "RecordRefund",
        id: idOf(9_000_000 + at) as CommandId,
        refundId,
        paymentId,
        bookingId,
        amountMinor,
        result,
      };
    }
    case "transfer":
      if (one === undefined) return null;
      return {
        type: "TransferBooking",
        id: idOf(9_100_000 + at) as CommandId,
        bookingId: one.id,
        userId: user(owner),
        toUserId: user(b % USERS),
      };
    case "checkIn": {
      if (one === undefined) return null;
      const issue = (bookings.get(one.id)?.issue ?? 1) - (b % 7 === 0 ? 1 : 0);
      const seat = one.seats?.[0];
      const ticket = c % 9 === 0 ? 77 : seat === undefined ? 1 + (c % one.quantity) : seat + 1;
      return {
        ...checkIn(0, { ticket, issue }),
        bookingId: one.id,
        id: idOf(9_300_000 + at) as CommandId,
      } as Command;
    }
    case "exchange": {
      if (one === undefined) return null;
      const wished = b % 4 === 3 ? {} : wish(world, b, c);
      const seats = "seats" in wished ? seatsFrom(world, c, one.quantity) : undefined;
      const base = exchange(0, { by: owner, ...wished, ...(seats === undefined ? {} : { seats }) });
      return { ...base, bookingId: one.id, id: idOf(9_200_000 + at) as CommandId } as Command;
    }
    case "join":
      return join(at, 1 + (b % 4) + (b % 50 === 0 ? 9 : 0), {
        by,
        priority: priorityOf(c),
        ...(d % 3 === 0
          ? { tiers: [TIERS[state.seatMap === null ? (c % 6 === 0 ? 1 : 0) : c % 4] as string] }
          : {}),
        ...(d % 12 === 1 ? { tiers: ["Stalls", "Standing"] } : {}),
      });
    case "leave":
      return leave(by);
    case "process":
      return processLine(b % 2 === 0 ? null : 1 + (b % 3));
    case "capacity": {
      const tier = pick(state.tiers, a);
      const capacity = b % 30 === 0 ? 200 : Math.max(0, (tier?.capacity ?? 0) + (b % 7) - 3);
      if (c % 6 === 0)
        return change({
          tiers: [{ name: "Pit", capacity: 1 + (b % 3), ...(d % 3 === 0 ? {} : { priceMinor: 1_000 }) }],
        });
      if (c % 6 === 1) return change({ capacity });
      return change({ tiers: [{ name: tier?.name ?? "", capacity }] }, ...(d % 9 === 0 ? [b % 3] : []));
    }
    case "price":
      return change({ tiers: [{ name: pick(state.tiers, a)?.name ?? "", priceMinor: 500 * (b % 12) }] });
    case "rules":
      return change(rules(b, c));
    case "times":
      return b % 2 === 0
        ? change({ saleEndsAt: NOW + (c % 600) * MINUTE })
        : change({ startsAt: NOW + (300 + (c % 250)) * MINUTE });
    case "pause":
      return pause;
    case "resume":
      return resume;
    case "block":
    case "release": {
      const seats = seatsFrom(world, a, 1 + (b % 2), c % 2 === 0);
      return kind === "block" ? block(...seats) : release(...seats);
    }
    case "code":
      return addCode(CODES[a % 3] as string, {
        discount: (
          [
            { type: "percent", percent: 50 },
            { type: "none" },
            { type: "amount", amountMinor: 2_200 },
          ] as const
        )[a % 3] as never,
        usesMax: b % 4 === 0 ? null : 1 + (b % 2),
        tiers: a % 3 === 1 ? [c % 5 === 0 ? "Nowhere" : (state.tiers.at(-1)?.name as string)] : null,
        validUntil: c % 4 === 0 ? NOW + 60 * MINUTE : null,
      });
    case "cancelEvent":
      return cancelEvent;
    case "rest":
    case "wait":
    case "longWait":
      return null;
    default:
      return kind satisfies never;
  }
}

function priorityOf(dice: number) {
  return (["basic", "basic", "premium", "vip"] as const)[dice % 4] ?? "basic";
}

function lastOpen(model: Model, dice: number) {
  const open = [...model.payments].filter(([, { state }]) => state === "open").map(([id]) => id);
  return pick(open.length > 0 ? open : model.payments.keys(), dice);
}

function wish({ state }: World, dice: number, which: number) {
  const tier = which % 12 === 0 ? (TIERS[dice % 4] as string) : (pick(state.tiers, which)?.name ?? "");
  switch (dice % 10) {
    case 9:
      if (state.seatMap === null && which % 9 > 0) return {};
      return { adjacent: true };
    case 0:
    case 1:
      return { tier };
    case 2:
      return {
        section: which % 3 === 0 ? "Front" : which % 3 === 1 ? "Rear" : which === 5 ? "Nowhere" : "Front",
      };
    case 3:
      if (state.seatMap === null && which % 9 > 0) return { tier };
      return { tier, adjacent: true };
    case 4:
    case 5:
      return state.seatMap === null && which % 8 > 0
        ? {}
        : { seats: seatsFrom({ state }, which, 1 + (dice % 3)) };
    case 6:
      return which % 3 === 0 ? { tier, section: "Front" } : {};
    default:
      return {};
  }
}

/** Some seats, mostly free ones; with luck some that are not, or are not there at all. */
function seatsFrom({ state }: Pick<World, "state">, dice: number, count: number, anyAtAll = false): number[] {
  const status = state.seatMap?.status ?? new Uint8Array(2);
  if (dice % 40 === 7) return [status.length + 1];
  const free = [...status.keys()].filter((seat) => anyAtAll || dice % 6 === 0 || status[seat] === 0);
  const start = dice % Math.max(1, free.length);
  const seats = free.slice(start, start + count);
  return seats.length > 0 ? seats : [0];
}

function rules(dice: number, value: number): Parameters<typeof change>[0] {
  switch (dice % 7) {
    case 0:
      return { ticketsPerUserMax: value % 4 === 0 ? null : 2 + (value % 6) };
    case 1:
      return { requiresPayment: value % 2 === 0 };
    case 2:
      return { holdsPerUserMax: 1 + (value % 3) };
    case 3:
      return { refundPolicy: { type: value % 2 === 0 ? "none" : "full" } };
    case 4:
      return { ticketsPerBookingMax: 2 + (value % 4) };
    case 5:
      return { tiers: [{ name: TIERS[value % 2 === 0 ? 3 : 0] as string, isRestricted: value % 3 === 0 }] };
    default:
      return { holdTtlMs: (1 + (value % 10)) * MINUTE, name: "Renamed" };
  }
}
