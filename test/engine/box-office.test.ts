import { expect } from "chai";
import type { Outcome } from "../../src/domain/outcome.ts";
import { auditEvent } from "../support/books.ts";
import { Engine, type TestWorker } from "./engine.ts";
import { dice, Storm, seatedEvent } from "./storm.ts";

const SEEDS = [1, 2, 3, 4, 5, 6];
const TURNS = 100;
const COMMANDS_PER_TURN = 12;

const EXPECTED: readonly Outcome["type"][] = [
  "BookingHeld",
  "BookingConfirmed",
  "BookingRejected",
  "BookingCancelled",
  "BookingReduced",
  "BookingTransferred",
  "BookingWithdrawn",
  "TicketsExchanged",
  "TicketCheckedIn",
  "HoldExpired",
  "PaymentRequested",
  "PaymentOpened",
  "PaymentFailed",
  "PaymentCaptured",
  "RefundOwed",
  "WaitlistJoined",
  "WaitlistLeft",
  "WaitlistProcessed",
  "OfferMade",
  "SalePaused",
  "SaleResumed",
  "SeatsBlocked",
  "SeatsReleased",
  "PromoCodeAdded",
  "EventChanged",
];

describe("a box office under a storm of commands", function () {
  this.timeout(120_000);
  let engine: Engine;

  before(async () => {
    engine = await Engine.start();
  });
  after(() => engine.stop());
  const seen: Record<string, number> = {};

  for (const seed of SEEDS) {
    it(`keeps its books, whoever takes the turn and whatever they remember (seed ${seed})`, async () => {
      const roll = dice(seed);
      const eventId = await seatedEvent(engine);
      const storm = new Storm(engine, eventId, roll);
      const workers: TestWorker[] = [engine.worker(), engine.worker({ batchMax: 7 })];
      for (let turn = 0; turn < TURNS; turn += 1) {
        await storm.look();
        await engine.send(eventId, ...Array.from({ length: COMMANDS_PER_TURN }, () => storm.command()));
        await (workers[roll(workers.length)] as TestWorker).turn(eventId);
        if (turn % 20 === 0) await auditEvent(engine.database.url, eventId);
      }
      await engine.send(eventId, { type: "ResumeSale", id: engine.ids.commandId() });
      await engine.drain(eventId, ...workers);
      expect(await engine.waiting(eventId)).to.equal(0);
      const books = await auditEvent(engine.database.url, eventId);
      for (const [type, count] of Object.entries(books.outcomes)) seen[type] = (seen[type] ?? 0) + count;
      await engine.send(eventId, { type: "CancelEvent", id: engine.ids.commandId() });
      await engine.drain(eventId, ...workers);
      expect(await engine.waiting(eventId)).to.equal(0);
      const closed = await auditEvent(engine.database.url, eventId);
      expect(closed.sold + closed.held).to.equal(0);
    });
  }

  it("came to everything that can happen", () => {
    console.log(
      `        ${Object.entries(seen)
        .map(([type, count]) => `${type} ${count}`)
        .join(", ")}`,
    );
    expect(Object.keys(seen)).to.include.members(EXPECTED);
  });
});
