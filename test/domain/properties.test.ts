import { expect } from "chai";
import fc from "fast-check";
import type { LedgerEntry } from "../../src/domain/ledger.ts";
import type { Decision, Outcome } from "../../src/domain/outcome.ts";
import type { RefusalReason } from "../../src/domain/refusal.ts";
import { replay } from "../../src/domain/replay.ts";
import { expectGuarantees, expectHonestPrice } from "./guarantees.ts";
import { draft, type Play, play, steps } from "./play.ts";
import { ledgerOf } from "./scenario.ts";

/** Plays a story and looks at everything after every decision. */
const playChecked = (...[event, list]: readonly [Parameters<typeof play>[0], Parameters<typeof play>[1]]) =>
  play(
    event,
    list,
    ({ model }, command, decision) => expectHonestPrice(model, command, decision),
    ({ model, world }) => expectGuarantees(model, world),
  );

describe("any story of an event", () => {
  it("keeps every guarantee after every decision, to the last hold", function () {
    this.timeout(120_000);
    fc.assert(
      fc.property(draft, steps, (event, list) => {
        const { world, model } = playChecked(event, list);
        expect(world.state.holds.size, "holds that never end").to.equal(0);
        const { cancellation } = world.state;
        if (cancellation === null) return;
        expect(cancellation.done).to.equal(cancellation.total);
        expect(model.live.size, "bookings of a cancelled event").to.equal(0);
      }),
      { numRuns: 300 },
    );
  });

  it("decided again from its ledger gives the same decisions and the same world", () => {
    fc.assert(
      fc.property(draft, steps, (event, list) => {
        const ledger = ledgerOf(event);
        const { world, decided } = play(event, list, nothing, nothing);
        for (const { command, decision, now } of decided) {
          const seq = ledger.length + 1;
          ledger.push({ eventId: event.eventId, seq, command, decision, decidedAt: now });
        }
        const again = replay(JSON.parse(JSON.stringify(ledger)) as LedgerEntry[]);
        expect(again.mismatches).to.deep.equal([]);
        expect(plain(again.world)).to.equal(plain(world));
      }),
      { numRuns: 200 },
    );
  });

  it("comes to every kind of outcome and refusal, so that the guarantees were put to the test", function () {
    this.timeout(120_000);
    const counts = new Map<string, number>();
    for (const [event, list] of fc.sample(fc.tuple(draft, steps), { seed: 20_260_601, numRuns: 1_500 })) {
      for (const { decision } of play(event, list, nothing, nothing).decided) {
        for (const what of named(decision)) counts.set(what, (counts.get(what) ?? 0) + 1);
      }
    }
    const table = [...counts]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([what, count]) => `${count} ${what}`);
    console.info(`      ${table.join(", ")}`);
    expect(EXPECTED.filter((what) => !counts.has(what))).to.deep.equal([]);
  });
});

const nothing = () => undefined;

function named(decision: Decision): string[] {
  return decision.map((outcome) =>
    "reason" in outcome && "facts" in outcome ? outcome.reason : kindOf(outcome),
  );
}

function kindOf(outcome: Outcome): string {
  return outcome.type === "BookingConfirmed" && outcome.replaces !== undefined
    ? "BookingConfirmed again"
    : outcome.type;
}

/** A world as text: maps and sets in their order. */
function plain({ state, bookings, payments, rejected, tickets }: Play["world"]): string {
  return JSON.stringify({ state, bookings, payments, rejected, tickets }, (_, value) =>
    value instanceof Map || value instanceof Set ? [...value] : value,
  );
}

/** Not here: `WaitlistToContinue` needs a line of a hundred; `CommandFailed` is the engine's word. */
const EXPECTED: readonly (
  | Exclude<Outcome["type"], "EventCreated" | "BookingRejected" | "CommandRefused" | "WaitlistToContinue">
  | RefusalReason
  | "BookingConfirmed again"
)[] = [
  "EventChanged",
  "EventCancelled",
  "SaleOpened",
  "SaleClosed",
  "SalePaused",
  "SaleResumed",
  "EventCompleted",
  "SeatsBlocked",
  "SeatsReleased",
  "PromoCodeAdded",
  "BookingConfirmed",
  "BookingConfirmed again",
  "BookingHeld",
  "OfferMade",
  "HoldExpired",
  "BookingCancelled",
  "BookingReduced",
  "BookingWithdrawn",
  "BookingTransferred",
  "TicketsExchanged",
  "TicketCheckedIn",
  "PaymentRequested",
  "PaymentOpened",
  "PaymentFailed",
  "PaymentCancelRequested",
  "PaymentCaptured",
  "RefundOwed",
  "RefundSettled",
  "WaitlistJoined",
  "WaitlistLeft",
  "WaitlistProcessed",
  "Withdrawn",
  "EventCancelled",
  "EventOver",
  "SaleNotStarted",
  "SaleClosed",
  "TierNotFound",
  "TierRestricted",
  "TiersAreSeveral",
  "TierIsSeated",
  "NotSeated",
  "SectionNotFound",
  "SeatUnknown",
  "SeatsOfSeveralTiers",
  "PromoCodeInvalid",
  "PromoCodeUsedUp",
  "QuantityAboveBookingLimit",
  "UserLimitExceeded",
  "HoldLimitExceeded",
  "PriceChanged",
  "SoldOut",
  "SeatsExceedAvailable",
  "SeatsTaken",
  "NoAdjacentSeats",
  "BookingNotFound",
  "BookingRejected",
  "AlreadyCancelled",
  "AlreadyConfirmed",
  "BookingExpired",
  "PaymentRequired",
  "NothingToPay",
  "PaymentUnderWay",
  "PaymentUnknown",
  "PaymentSettled",
  "NotConfirmed",
  "PartNotOfBooking",
  "SameOwner",
  "ExchangeCostsMore",
  "TicketReplaced",
  "TicketNotOfBooking",
  "TicketUsed",
  "WaitlistNotNeeded",
  "WaitlistAlreadyJoined",
  "WaitlistEntryNotFound",
  "EventAlreadyCancelled",
  "AlreadyPaused",
  "NotPaused",
  "PromoCodeExists",
  "VersionMismatch",
  "CapacityBelowSold",
  "CapacityJump",
  "TimesInconsistent",
];
