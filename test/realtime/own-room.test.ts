import { expect } from "chai";
import { referenceOf } from "../../src/domain/ids.ts";
import { Fault } from "../../src/ops/fault.ts";
import { ADA, BOB, CONCERT, confirmed, entry, eventView, newBookingId, tier } from "./facts.ts";
import { World } from "./world.ts";

describe("sockets: a person's own room", () => {
  let world: World;
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  it("is nobody else's", async () => {
    const [ada, bob] = [await world.connect(ADA), await world.connect(BOB)];
    expect(await bob.ask("subscribe", { user_id: ADA })).to.include({ code: "AUTH_UNAUTHORIZED" });
    expect(await ada.ask("subscribe", { user_id: ADA.toUpperCase() })).to.deep.equal({
      ok: true,
      user_id: ADA,
    });
    world.hear(entry(CONCERT, 2, confirmed(ADA)));
    await ada.heard("booking_confirmed");
    expect(bob.pushes).to.deep.equal([]);
  });

  it("can be left and joined again", async () => {
    const ada = await world.connect(ADA);
    expect(await ada.ask("unsubscribe", { user_id: ADA })).to.include({ ok: true });
    world.hear(entry(CONCERT, 2, confirmed(ADA, 1)));
    await ada.ask("subscribe", { user_id: ADA });
    world.hear(entry(CONCERT, 3, confirmed(ADA, 3)));
    expect((await ada.heard("booking_confirmed")).map(({ quantity }) => quantity)).to.deep.equal([3]);
  });

  it("hears what became of a booking, with amounts in decimals and the ledger's number", async () => {
    const ada = await world.connect(ADA);
    const [bookingId, refusedId, withdrawnId] = [newBookingId(), newBookingId(), newBookingId()];
    const cancelled = {
      bookingId,
      userId: ADA,
      tier: 0,
      quantity: 2,
      refundMinor: 4_100,
      by: "customer",
    } as const;
    const rejected = { type: "BookingRejected", userId: ADA, quantity: 9, facts: {} } as const;
    world.hear(
      entry(CONCERT, 2, confirmed(ADA, 2, bookingId)),
      entry(CONCERT, 3, { type: "BookingCancelled", ...cancelled }),
      entry(CONCERT, 4, { ...rejected, bookingId: refusedId, reason: "SoldOut" }),
      entry(CONCERT, 5, { ...rejected, bookingId: withdrawnId, reason: "Withdrawn" }),
    );
    await ada.heard("booking_cancelled", 2);
    const common = { event_id: CONCERT, currency: "USD", decided_at: "2025-06-15T15:06:40.000Z" };
    const booked = {
      booking_id: bookingId,
      booking_reference: referenceOf(bookingId),
      tier: "General",
      quantity: 2,
    };
    expect(ada.pushes.map(({ name, data }) => [name, data])).to.deep.equal([
      ["booking_confirmed", { ...common, ...booked, status: "confirmed", total_amount: 41, seq: 2 }],
      ["booking_cancelled", { ...common, ...booked, status: "cancelled", refund_amount: 41, seq: 3 }],
      [
        "booking_rejected",
        {
          ...common,
          booking_id: refusedId,
          booking_reference: null,
          quantity: 9,
          status: "rejected",
          code: "EVENT_SOLD_OUT",
          message: "SoldOut",
          seq: 4,
        },
      ],
      [
        "booking_cancelled",
        {
          ...common,
          booking_id: withdrawnId,
          booking_reference: null,
          quantity: 9,
          status: "cancelled",
          refund_amount: 0,
          seq: 5,
        },
      ],
    ]);
    expect(world.reads, "one read for all").to.equal(1);
    expect(world.pushed.filter(({ name }) => name === "booking_confirmed")).to.deep.equal([
      { name: "booking_confirmed", sockets: 1 },
    ]);
  });

  it("names a tier that was added after the event was first read", async () => {
    const ada = await world.connect(ADA);
    world.hear(entry(CONCERT, 2, confirmed(ADA)));
    await ada.heard("booking_confirmed");
    const vip = tier({ name: "VIP", priceMinor: 9_900, capacity: 5 });
    world.events.set(CONCERT, eventView(CONCERT, { tiers: [...eventView(CONCERT).tiers, vip] }));
    world.hear(entry(CONCERT, 4, { ...confirmed(ADA), tier: 1 } as ReturnType<typeof confirmed>));
    expect((await ada.heard("booking_confirmed", 2))[1].tier).to.equal("VIP");
  });

  it("loses pushes, and says so, where the event cannot be read; later ones come", async () => {
    const ada = await world.connect(ADA);
    world.beforeRead = () => Promise.reject(new Fault("StoreUnavailable", "no database"));
    world.hear(entry(CONCERT, 2, confirmed(ADA)));
    await ada.ask("subscribe", { user_id: ADA });
    world.beforeRead = async () => {};
    world.hear(entry(CONCERT, 3, confirmed(ADA)));
    expect((await ada.heard("booking_confirmed"))[0].seq).to.equal(3);
    expect(world.logged.filter(({ level }) => level === "warn")).to.have.length(1);
  });
});
