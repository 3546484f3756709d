import { expect } from "chai";
import type { Command } from "../../src/domain/command.ts";
import type { PriceNote, SeenPrice } from "../../src/domain/price-note.ts";
import { replay } from "../../src/domain/replay.ts";
import {
  book,
  cancel,
  change,
  commandId,
  confirm,
  eventWith,
  exchange,
  given,
  join,
  ledgerOf,
  NOW,
  paidEventWith,
} from "./scenario.ts";

const NOTE: PriceNote = { source: "autopilot", by: null, rule: "rule/1", reason: null, inputs: [] };
let prices = 0;

/** A price with who chose it on record. */
function price(priceMinor: number, tier = "General", seenPrices?: readonly SeenPrice[]): Command {
  prices += 1;
  return {
    type: "ChangeEvent",
    id: commandId(700_000 + prices),
    changes: { tiers: [{ name: tier, priceMinor }] },
    priceNote: NOTE,
    ...(seenPrices === undefined ? {} : { seenPrices }),
  };
}

const TIERS = [
  { name: "A", priceMinor: 2_000, capacity: 5 },
  { name: "B", priceMinor: 1_500, capacity: 5 },
];

describe("the price that a booking names", () => {
  it("is none while its tier has the one it began with, so that ledgers read as they always did", () => {
    const { decision } = given(eventWith()).when(book(1, 1));
    expect(decision[0]).not.to.have.property("priceVersion");
  });

  it("is the one that was set last, by the event's version that brought it", () => {
    given(eventWith(), price(2_500)).when(book(1, 1)).thenDecided({
      type: "BookingConfirmed",
      unitPriceMinor: 2_500,
      priceVersion: 2,
    });
    given(eventWith(), price(2_500), price(1_900)).when(book(1, 1)).thenDecided({
      type: "BookingConfirmed",
      unitPriceMinor: 1_900,
      priceVersion: 3,
    });
  });

  it("is its tier's: another tier's price is another", () => {
    const sale = given(eventWith({ tiers: TIERS }), price(1_600, "B"));
    expect(sale.when(book(1, 1, { tier: "A" })).decision[0]).not.to.have.property("priceVersion");
    sale.when(book(2, 1, { tier: "B" })).thenDecided({ type: "BookingConfirmed", priceVersion: 2 });
  });

  it("stays a pending booking's own, whatever the price becomes: holds are honoured", () => {
    given(paidEventWith(), price(2_500), book(1, 2), price(9_900))
      .when(confirm(1))
      .thenDecided({ type: "PaymentRequested", amountMinor: 5_000 });
  });

  it("goes with an exchange to another tier, and stays within its own", () => {
    const sale = given(eventWith({ tiers: TIERS }), price(1_600, "B"), book(1, 1, { tier: "A" }));
    sale.when(exchange(1, { tier: "B" })).thenDecided({
      type: "TicketsExchanged",
      unitPriceMinor: 1_600,
      priceVersion: 2,
    });
  });

  it("is the present one for whoever is offered a ticket from the line", () => {
    given(eventWith({ capacity: 1 }), book(1, 1), join(2, 1), price(2_500))
      .when(cancel(1))
      .andThen({ type: "OfferMade", unitPriceMinor: 2_500, priceVersion: 2 });
  });

  it("is none where a price was changed by a version of the program that kept no record", () => {
    const sale = given(eventWith(), price(2_500), change({ priceMinor: 3_000 }));
    const { decision } = sale.when(book(1, 1));
    expect(decision[0]).to.include({ unitPriceMinor: 3_000 }).and.not.to.have.property("priceVersion");
  });
});

describe("setting a price", () => {
  it("is on record with its version; a price that stays is no version", () => {
    given(eventWith()).when(price(2_500)).thenDecided({ type: "EventChanged", version: 2, priceVersion: 2 });
    const sale = given(eventWith(), price(2_000));
    expect(sale.when(book(1, 1)).decision[0]).not.to.have.property("priceVersion");
  });

  it("is refused where the price it was chosen from has moved, and changes nothing", () => {
    const seen = [{ tier: "General", priceMinor: 2_000 }];
    given(eventWith(), price(2_500))
      .when(price(2_400, "General", seen))
      .thenRefused("PriceMoved", { tier: "General" });
    given(eventWith())
      .when(price(2_400, "General", seen))
      .thenDecided({ type: "EventChanged", priceVersion: 2 });
    given(eventWith())
      .when(price(2_400, "General", [{ tier: "Gone", priceMinor: 2_000 }]))
      .thenRefused("PriceMoved");
  });

  it("is decided again the same from the ledger", () => {
    const draft = eventWith();
    const { world } = given(draft);
    const entries = ledgerOf(draft);
    const commands = [book(1, 1), price(2_500), book(2, 1), price(2_200), book(3, 1)];
    for (const [at, command] of commands.entries()) {
      const { decision } = { decision: given(draft, ...commands.slice(0, at)).when(command).decision };
      entries.push({ eventId: draft.eventId, seq: at + 2, command, decision, decidedAt: NOW });
    }
    const { mismatches, world: again } = replay(entries);
    expect(mismatches).to.deep.equal([]);
    expect(again.state.tiers[0]).to.include({ priceMinor: 2_200, priceVersion: 3 });
    expect(world.state.tiers[0]).to.include({ priceMinor: 2_000, priceVersion: null });
  });
});
