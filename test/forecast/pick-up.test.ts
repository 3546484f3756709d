import { expect } from "chai";
import fc from "fast-check";
import { comparableTo, type EventTraits } from "../../src/forecast/comparable.ts";
import { type BookingCurve, COMPARABLE_EVENTS_MIN, forecastEvent } from "../../src/forecast/pick-up.ts";
import { studentT } from "../../src/forecast/student-t.ts";

const EVENTS = 12;
const DAYS = 60;

/** Numbers in [0, 1) that repeat: mulberry32. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An event that takes in as much a day as its popularity says, twice as much in the last week, give or take. */
function curve(roll: () => number, capacity: number): BookingCurve {
  const popularity = 0.3 + 0.9 * roll();
  const days = Array.from({ length: DAYS }, (_, daysBefore) => {
    const pull = daysBefore < 7 ? 2 : 1;
    const tickets = Math.round(((popularity * capacity * pull) / (DAYS + 7)) * (0.5 + roll()));
    return { daysBefore, tickets };
  });
  return { capacity, days };
}

const sum = (days: BookingCurve["days"]) => days.reduce((total, { tickets }) => total + tickets, 0);
const seenAt = (whole: BookingCurve, daysBefore: number) => ({
  capacity: whole.capacity,
  days: whole.days.filter((day) => day.daysBefore > daysBefore),
  daysBefore,
});

describe("the forecast of an event", () => {
  it("holds what comes in 80 and 95 of 100 cases", () => {
    const roll = dice(7);
    let [in80, in95, cases] = [0, 0, 0];
    for (let trial = 0; trial < 400; trial += 1) {
      const past = Array.from({ length: EVENTS }, () => curve(roll, 200 + Math.round(400 * roll())));
      const whole = curve(roll, 300);
      for (const daysBefore of [45, 20, 5]) {
        const { pickUp } = forecastEvent(seenAt(whole, daysBefore), past);
        const came = sum(whole.days.filter((day) => day.daysBefore <= daysBefore));
        const { interval80, interval95 } = pickUp!.demandToCome;
        in80 += interval80.lower <= came && came <= interval80.upper ? 1 : 0;
        in95 += interval95.lower <= came && came <= interval95.upper ? 1 : 0;
        cases += 1;
      }
    }
    expect(in80 / cases).to.be.within(0.75, 0.87);
    expect(in95 / cases).to.be.within(0.92, 0.99);
  });

  it("comes closer the nearer the event is", () => {
    const roll = dice(8);
    const off = new Map([45, 20, 5].map((daysBefore) => [daysBefore, 0]));
    for (let trial = 0; trial < 100; trial += 1) {
      const past = Array.from({ length: EVENTS }, () => curve(roll, 300));
      const whole = curve(roll, 300);
      for (const daysBefore of off.keys()) {
        const { demandToCome } = forecastEvent(seenAt(whole, daysBefore), past).pickUp!;
        const came = sum(whole.days.filter((day) => day.daysBefore <= daysBefore));
        off.set(daysBefore, off.get(daysBefore)! + Math.abs(demandToCome.point - came));
      }
    }
    const errors = [...off.values()];
    expect(errors).to.deep.equal(errors.toSorted((a, b) => b - a));
  });

  it("never sells more than there is: what is asked for beyond it stands apart", () => {
    const roll = dice(9);
    const past = Array.from({ length: EVENTS }, () => ({ ...curve(roll, 100), capacity: 50 }));
    const { sales, beyondCapacity, demandToCome } = forecastEvent(
      { ...seenAt(curve(roll, 100), 10), capacity: 50 },
      past,
    ).pickUp!;
    expect(sales.interval95.upper).to.equal(50);
    expect(sales.point).to.equal(50);
    expect(beyondCapacity.point).to.be.above(0);
    expect(demandToCome.point).to.be.above(0);
  });

  it("is never below nothing, and its intervals contain one another and the point, whatever was sold", () => {
    const day = fc.record({
      daysBefore: fc.integer({ min: -2, max: 90 }),
      tickets: fc.integer({ min: -5, max: 60 }),
    });
    const anyCurve = fc.record({
      capacity: fc.integer({ min: 1, max: 500 }),
      days: fc.array(day, { maxLength: 30 }),
    });
    fc.assert(
      fc.property(
        fc.array(anyCurve, { minLength: 8, maxLength: 20 }),
        anyCurve,
        fc.nat(90),
        (past, event, daysBefore) => {
          const { pickUp, reason } = forecastEvent(seenAt(event, daysBefore), past);
          expect(pickUp === null).to.equal(reason !== null);
          if (pickUp === null) return;
          for (const { point, interval80, interval95 } of [
            pickUp.demandToCome,
            pickUp.sales,
            pickUp.beyondCapacity,
          ]) {
            const rising = [0, interval95.lower, interval80.lower, point, interval80.upper, interval95.upper];
            expect(rising.every(Number.isFinite)).to.equal(true);
            expect(rising).to.deep.equal(rising.toSorted((a, b) => a - b));
          }
          expect(pickUp.sales.interval95.upper).to.be.at.most(event.capacity);
        },
      ),
    );
  });

  it("does not look at days that are to come", () => {
    const roll = dice(10);
    const past = Array.from({ length: EVENTS }, () => curve(roll, 300));
    const whole = curve(roll, 300);
    const peeking = { ...whole, daysBefore: 20 };
    expect(forecastEvent(peeking, past)).to.deep.equal(forecastEvent(seenAt(whole, 20), past));
  });

  it("is none where there is too little to compare with, and says so", () => {
    const roll = dice(11);
    const past = Array.from({ length: COMPARABLE_EVENTS_MIN - 1 }, () => curve(roll, 300));
    const event = seenAt(curve(roll, 300), 20);
    expect(forecastEvent(event, past)).to.deep.equal({
      pickUp: null,
      reason: "7 comparable past events; a forecast needs 8",
    });
    // One that nobody wanted says nothing about when people buy.
    expect(forecastEvent(event, [...past, { capacity: 300, days: [] }]).reason).to.match(/^7 comparable/);
    expect(forecastEvent({ ...event, daysBefore: -1 }, past).reason).to.equal("the event has begun");
  });
});

describe("events to compare with", () => {
  const traits = (ownerId: string, category: string, capacity: number): EventTraits => ({
    ownerId,
    category,
    capacity,
  });
  const event = traits("ana", "music", 300);
  const many = (other: EventTraits) => Array.from({ length: 8 }, () => other);

  it("are the organiser's of that category before their others, before other people's, and of similar size", () => {
    const [own, ownOther, others] = [
      traits("ana", "music", 400),
      traits("ana", "opera", 200),
      traits("ben", "music", 300),
    ];
    const likeness = (past: readonly EventTraits[]) => comparableTo(event, past, 8).likeness;
    expect(likeness([...many(others), ...many(ownOther), ...many(own)])).to.equal(
      "same organizer and category, similar size",
    );
    expect(likeness([...many(others), ...many(ownOther), own])).to.equal("same organizer, similar size");
    expect(likeness([...many(others), ownOther])).to.equal("same category, similar size");
    expect(comparableTo(event, many(traits("ana", "music", 901)), 8).events).to.have.length(0);
    expect(comparableTo(event, many(traits("ana", "music", 900)), 8).events).to.have.length(8);
  });

  it("of no category are not alike for having none", () => {
    const past = many(traits("ben", "", 300));
    expect(comparableTo(traits("ana", "", 300), past, 8).events).to.have.length(0);
  });
});

describe("Student's distribution", () => {
  it("has the quantiles of the tables", () => {
    const table = [
      [0.8, 4, 1.533],
      [0.95, 4, 2.776],
      [0.8, 7, 1.415],
      [0.95, 7, 2.365],
      [0.95, 30, 2.042],
    ] as const;
    for (const [coverage, degrees, t] of table) expect(studentT(coverage, degrees)).to.be.closeTo(t, 0.01);
  });
});
