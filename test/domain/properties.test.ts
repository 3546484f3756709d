import { expect } from "chai";
import fc from "fast-check";
import type { Command } from "../../src/domain/command.ts";
import { dueTimers } from "../../src/domain/decide/timers.ts";
import type { CommandId } from "../../src/domain/ids.ts";
import type { LedgerEntry } from "../../src/domain/ledger.ts";
import type { Decision } from "../../src/domain/outcome.ts";
import { replay } from "../../src/domain/replay.ts";
import { availableIn, type World } from "../../src/domain/state.ts";
import { book, cancel, cancelEvent, change, eventWith, given, idOf, NOW, run } from "./scenario.ts";

const BOOKINGS = 12;
const USERS = 4;

const draft = fc
  .record({
    capacities: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }),
    perUser: fc.option(fc.integer({ min: 1, max: 6 })),
    saleStartsIn: fc.option(fc.integer({ min: 1, max: 40 })),
    saleEndsIn: fc.option(fc.integer({ min: 41, max: 90 })),
  })
  .map(({ capacities, perUser, saleStartsIn, saleEndsIn }) =>
    eventWith({
      tiers: capacities.map((capacity, at) => ({ name: `T${at}`, priceMinor: 1_000 * (at + 1), capacity })),
      ticketsPerUserMax: perUser,
      saleStartsAt: saleStartsIn === null ? null : NOW + saleStartsIn,
      saleEndsAt: saleEndsIn === null ? null : NOW + saleEndsIn,
    }),
  );

const n = fc.integer({ min: 1, max: BOOKINGS });
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("book" as const),
      n,
      quantity: fc.integer({ min: 1, max: 5 }),
      tier: fc.option(fc.integer({ min: 0, max: 3 })),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("cancel" as const), n, stranger: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("capacity" as const),
      capacity: fc.integer({ min: 1, max: 20 }),
      tier: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("price" as const), price: fc.integer({ min: 0, max: 9_999 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 30 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancelEvent" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Each booking id is asked for once, as it is in life; a second time is a cancellation's business. */
function commandOf(part: Step, at: number, asked: Set<number>): Command | null {
  switch (part.kind) {
    case "book":
      if (asked.has(part.n)) return null;
      asked.add(part.n);
      return book(part.n, part.quantity, {
        by: part.n % USERS,
        ...(part.tier === null ? {} : { tier: `T${part.tier}` }),
      });
    case "cancel":
      return cancel(part.n, { by: part.stranger ? USERS + 1 : part.n % USERS, seq: 1_000 + at });
    case "capacity":
      return change({ tiers: [{ name: `T${part.tier}`, capacity: part.capacity }] });
    case "price":
      return change({ priceMinor: part.price });
    case "cancelEvent":
      return cancelEvent;
    case "wait":
      return null;
    default:
      return part satisfies never;
  }
}

/** Plays steps the way a turn does: what is due first, then the command. Calls back after every decision. */
function play(
  draftOfEvent: ReturnType<typeof eventWith>,
  steps: readonly Step[],
  after: (world: World, command: Command, decision: Decision, now: number) => void,
): World {
  const { world } = given(draftOfEvent);
  const asked = new Set<number>();
  let now = NOW;
  const take = (command: Command) => after(world, command, run(world, command, now), now);
  for (const [at, part] of steps.entries()) {
    if (part.kind === "wait") now += part.ms;
    for (const type of dueTimers(world.state, now)) {
      take({ type, id: idOf(3_000_000 + at) as CommandId });
    }
    const command = commandOf(part, at, asked);
    if (command !== null)
      take({
        ...command,
        id: command.type === "BookTickets" ? command.id : (idOf(4_000_000 + at) as never),
      } as Command);
  }
  return world;
}

describe("any sequence of commands", () => {
  it("never sells beyond capacity, and the counters are the sum of the live bookings", () => {
    fc.assert(
      fc.property(draft, fc.array(step, { maxLength: 60 }), (event, steps) => {
        play(event, steps, ({ state, bookings }) => {
          const live = [...bookings.values()].filter(({ status }) => status === "confirmed");
          for (const [position, tier] of state.tiers.entries()) {
            const sold = live.filter((b) => b.tier === position).reduce((sum, b) => sum + b.quantity, 0);
            expect(tier.sold).to.equal(sold);
            expect(availableIn(tier)).to.be.at.least(0);
          }
          expect(state.bookings).to.equal(live.length);
        });
      }),
      { numRuns: 400 },
    );
  });

  it("never lets a person hold more than the limit", () => {
    fc.assert(
      fc.property(draft, fc.array(step, { maxLength: 60 }), (event, steps) => {
        play(event, steps, ({ state, bookings }) => {
          if (state.ticketsPerUserMax === null) return;
          const held = Map.groupBy(
            [...bookings.values()].filter(({ status }) => status === "confirmed"),
            ({ userId }) => userId,
          );
          for (const owned of held.values()) {
            expect(owned.reduce((sum, { quantity }) => sum + quantity, 0)).to.be.at.most(
              state.ticketsPerUserMax,
            );
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it("refuses as sold out only what the stock could not give", () => {
    fc.assert(
      fc.property(draft, fc.array(step, { maxLength: 60 }), (event, steps) => {
        play(event, steps, ({ state }, command, [head]) => {
          if (head.type !== "BookingRejected" || command.type !== "BookTickets") return;
          if (head.reason !== "SoldOut" && head.reason !== "SeatsExceedAvailable") return;
          const cheapest = state.tiers.reduce((a, b) => (b.priceMinor < a.priceMinor ? b : a));
          const tier =
            command.tier === undefined ? cheapest : state.tiers.find(({ name }) => name === command.tier);
          expect(tier && availableIn(tier)).to.be.below(command.quantity);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("never confirms what was withdrawn, and refunds what was paid, once", () => {
    fc.assert(
      fc.property(draft, fc.array(step, { maxLength: 60 }), (event, steps) => {
        const withdrawn = new Set<string>();
        let refunded = 0;
        const byEvent = { count: 0, minor: 0 };
        const world = play(event, steps, (_, __, decision) => {
          for (const outcome of decision) {
            if (outcome.type === "BookingWithdrawn") withdrawn.add(outcome.bookingId);
            if (outcome.type === "BookingConfirmed") expect(withdrawn.has(outcome.bookingId)).to.equal(false);
            if (outcome.type !== "BookingCancelled") continue;
            refunded += outcome.refundMinor;
            if (outcome.by !== "event") continue;
            byEvent.count += 1;
            byEvent.minor += outcome.refundMinor;
          }
        });
        const cancelled = [...world.bookings.values()].filter(({ status }) => status === "cancelled");
        expect(refunded).to.equal(cancelled.reduce((sum, b) => sum + b.quantity * b.unitPriceMinor, 0));
        expect(world.state.refunds).to.deep.equal(byEvent);
      }),
      { numRuns: 300 },
    );
  });

  it("decided again from its ledger gives the same decisions and the same state", () => {
    fc.assert(
      fc.property(draft, fc.array(step, { maxLength: 60 }), (event, steps) => {
        const { world: fresh } = given(event);
        const created = { type: "EventCreated", draft: event, saleStatus: fresh.state.saleStatus } as const;
        const create = { type: "CreateEvent", id: idOf(9) as CommandId, draft: event } as const;
        const ledger: LedgerEntry[] = [
          { eventId: event.eventId, seq: 1, command: create, decision: [created], decidedAt: NOW },
        ];
        const world = play(event, steps, (_, command, decision, now) => {
          ledger.push({ eventId: event.eventId, seq: ledger.length + 1, command, decision, decidedAt: now });
        });
        const stored = JSON.parse(JSON.stringify(ledger)) as LedgerEntry[];
        const again = replay(stored);
        expect(again.mismatches).to.deep.equal([]);
        expect(again.world.state).to.deep.equal(world.state);
      }),
      { numRuns: 300 },
    );
  });
});
