import { expect } from "chai";
import type { EntryId } from "../../src/domain/ids.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import { PUSHES } from "../../src/http/asyncapi/pushes.ts";
import { presentEvent } from "../../src/http/presenters/event.ts";
import { messageOf } from "../../src/http/refusal-words.ts";
import { codeOf, extrasOf } from "../../src/http/refusals.ts";
import type { Client } from "./client.ts";
import { breachOf } from "./contract.ts";
import { ADA, BOB, CONCERT, confirmed, entry, eventView, NOWHERE, newBookingId, tier } from "./facts.ts";
import { World } from "./world.ts";

/** As the API presents them, see src/api/realtime.ts. */
const presenters: NonNullable<Parameters<World["start"]>[0]>["presenters"] = {
  event: (event) => presentEvent(event, Date.now()),
  refusal: (refusal, currency) => ({
    code: codeOf(refusal.reason),
    message: messageOf(refusal, currency),
    ...extrasOf(refusal, currency),
  }),
};

const tickets = (quantity = 2) => ({ bookingId: newBookingId(), userId: ADA, tier: 0, quantity });
const held = { ...tickets(), unitPriceMinor: 2_050, expiresAt: 1_750_000_600_000, seats: [0, 1] };
const entryId = newBookingId() as string as EntryId;

/** One outcome for each push that is about somebody's booking. */
const OUTCOMES = [
  { type: "BookingHeld", ...held },
  confirmed(ADA),
  { type: "BookingTransferred", ...tickets(), toUserId: ADA },
  { type: "OfferMade", ...held, bookingId: newBookingId(), entryId },
  { type: "HoldExpired", ...tickets() },
  { type: "BookingCancelled", ...tickets(), refundMinor: 4_100, by: "customer" },
  { type: "BookingReduced", ...tickets(1), refundMinor: 2_050, by: "customer" },
  {
    type: "BookingRejected",
    ...tickets(9),
    reason: "SeatsExceedAvailable",
    facts: { availableSeats: 3, requestedQuantity: 9 },
  },
  { type: "BookingRejected", ...tickets(9), reason: "Withdrawn", facts: {} },
  { type: "WaitlistJoined", ...tickets(), entryId, priority: "basic" },
] as unknown as readonly Outcome[];

describe("sockets: the AsyncAPI document", () => {
  let world: World;
  beforeEach(async () => {
    world = await new World().start({ presenters });
  });
  afterEach(() => world.stop());

  async function allHeard(client: Client, count: number): Promise<void> {
    for (let tries = 0; client.pushes.length < count && tries < 300; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
  }

  it("has every push about a booking as it is pushed", async () => {
    const ada = await world.connect(ADA);
    world.hear(...OUTCOMES.map((outcome, at) => entry(CONCERT, at + 2, outcome)));
    await allHeard(ada, OUTCOMES.length);
    expect(ada.pushes.length).to.equal(OUTCOMES.length);
    for (const { name, data } of ada.pushes) expect(breachOf(`${name}_push`, data)).to.equal(null);
    const names = new Set(ada.pushes.map(({ name }) => name));
    const ofBookings = Object.keys(PUSHES).filter((name) => /^(booking|waitlist)_/.test(name));
    expect([...names].toSorted()).to.deep.equal(ofBookings.toSorted());
  });

  it("has every push about an event as it is pushed", async () => {
    const ada = await world.connect(ADA);
    await ada.ask("subscribe", { event_id: CONCERT });
    world.events.set(CONCERT, eventView(CONCERT, { seq: 4, tiers: [tier({ sold: 2, isSeated: true })] }));
    world.hear(
      entry(CONCERT, 2, { type: "SeatsBlocked", seats: [3, 4] } as unknown as Outcome),
      entry(CONCERT, 3, { type: "SalePaused" } as unknown as Outcome),
      entry(CONCERT, 4, { type: "EventChanged", changes: {} } as unknown as Outcome),
    );
    await allHeard(ada, 3);
    const names = ada.pushes.map(({ name }) => name);
    expect(names).to.include.members(["availability_update", "seat_update", "event_update"]);
    for (const { name, data } of ada.pushes) expect(breachOf(`${name}_push`, data)).to.equal(null);
  });

  it("has every acknowledgement as it is given", async () => {
    const ada = await world.connect(ADA);
    const asked: [string, unknown][] = [
      ["authenticate", { token: `${ADA}/s1` }],
      ["authenticate", { token: "of nobody" }],
      ["authenticate", {}],
      ["subscribe", { event_id: CONCERT }],
      ["subscribe", { user_id: ADA }],
      ["subscribe", { user_id: BOB }],
      ["subscribe", { event_id: NOWHERE }],
      ["subscribe", { event_id: 7 }],
      ["catch_up", { event_id: CONCERT, after_seq: 0 }],
      ["catch_up", { event_id: CONCERT, after_seq: -1 }],
      ["catch_up", { event_id: NOWHERE, after_seq: 0 }],
      ["unsubscribe", { event_id: CONCERT }],
      ["unsubscribe", { user_id: ADA }],
      ["unsubscribe", {}],
    ];
    for (const [name, payload] of asked) {
      const answer = await ada.ask(name, payload);
      expect(breachOf(`${name}_answer`, answer), `${name} ${JSON.stringify(payload)}`).to.equal(null);
    }
  });
});
