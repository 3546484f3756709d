import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import {
  ADA,
  BOB,
  type Client,
  CONCERT,
  confirmed,
  entry,
  eventually,
  eventView,
  OPERA,
  soldView,
  World,
} from "./world.ts";

const INTERVAL_MS = 250;

describe("pushes to an event's followers", () => {
  let world: World;
  let ada: Client;
  beforeEach(async () => {
    world = await new World().start();
    ada = await world.connect(ADA);
    await ada.ask("subscribe", { event_id: CONCERT });
  });
  afterEach(() => world.stop());

  it("tells 1,000 sales in a second in at most five pushes, the last one with the final figures", async () => {
    const began = performance.now();
    let at = 1;
    while (at < 1_001) {
      // As the feed would: a turn's worth of entries, which the database holds by then.
      for (; at < 1_001 && at - 1 < performance.now() - began; at += 1) {
        world.events.set(CONCERT, soldView(CONCERT, at, at + 1));
        world.hear(entry(CONCERT, at + 1, confirmed(BOB, 1)));
      }
      await sleep(5);
    }
    const soldInMs = performance.now() - began;
    await eventually(() => ada.named("availability_update").at(-1)?.seq === 1_001, "the last figures");
    await sleep(INTERVAL_MS + 50);
    const updates = ada.named("availability_update");
    expect(soldInMs).to.be.within(900, 1_300);
    expect(updates.length)
      .to.be.within(3, Math.ceil(soldInMs / INTERVAL_MS) + 1)
      .and.at.most(6);
    expect(ada.pushes.filter(({ atMs }) => atMs - began <= 1_000).length).to.be.at.most(5);
    expect(updates.at(-1)).to.include({ available_seats: 4_000, total_capacity: 5_000, seq: 1_001 });
    expect(updates.at(-1).tiers).to.deep.equal([{ tier: "General", available: 4_000, price: 20.5 }]);
    expect(world.reads).to.be.at.most(updates.length + 1);
    for (const [index, { from_seq: from }] of updates.entries()) {
      expect(from).to.equal(index === 0 ? 2 : updates[index - 1].seq + 1);
    }
  });

  it("pushes the first news at once and the next no sooner than the interval", async () => {
    const began = performance.now();
    for (const seq of [2, 3]) {
      world.events.set(CONCERT, soldView(CONCERT, seq, seq));
      world.hear(entry(CONCERT, seq, confirmed(BOB, 1)));
      await ada.heard("availability_update", seq - 1);
    }
    const [first, second] = ada.pushes.map(({ atMs }) => atMs - began);
    expect(first).to.be.below(100);
    expect(second).to.be.within(INTERVAL_MS - 10, INTERVAL_MS + 150);
  });

  it("keeps events apart, and reads all that are due in one query", async () => {
    await ada.ask("subscribe", { event_id: OPERA });
    const { reads } = world;
    for (const id of [CONCERT, OPERA]) world.events.set(id, soldView(id, 1, 2));
    world.hear(entry(CONCERT, 2, confirmed(BOB, 1)));
    world.hear(entry(OPERA, 2, confirmed(BOB, 1)));
    const updates = await ada.heard("availability_update", 2);
    expect(updates.map(({ event_id: id }) => id)).to.have.members([CONCERT, OPERA]);
    expect(world.reads - reads).to.equal(1);
  });

  it("does not repeat figures for entries that they held already, whatever order those are heard in", async () => {
    world.events.set(CONCERT, soldView(CONCERT, 3, 4));
    world.hear(entry(CONCERT, 4, confirmed(BOB, 1)));
    await ada.heard("availability_update");
    world.hear(entry(CONCERT, 2, confirmed(BOB, 1)), entry(CONCERT, 3, confirmed(BOB, 1)));
    await sleep(INTERVAL_MS + 50);
    expect(ada.named("availability_update")).to.have.length(1);
  });

  it("tells a change with the event's new fields and its name, together with its figures", async () => {
    world.events.set(CONCERT, eventView(CONCERT, { name: "Moved", seq: 3 }));
    const changes = { name: "Moved" };
    world.hear(
      entry(CONCERT, 2, { type: "SaleOpened" }),
      entry(CONCERT, 3, { type: "EventChanged", changes, saleStatus: "open", version: 2 }),
    );
    const [update] = await ada.heard("event_update");
    expect(update).to.deep.equal({
      event_id: CONCERT,
      id: CONCERT,
      name: "Moved",
      status: "active",
      changes: ["sale_opened", "changed"],
      from_seq: 2,
      seq: 3,
    });
    expect(ada.named("availability_update")).to.have.length(1);
  });

  for (const [type, change] of [
    ["EventCancelled", "cancelled"],
    ["SaleClosed", "sale_closed"],
    ["EventCompleted", "completed"],
  ] as const) {
    it(`tells of ${type}`, async () => {
      world.events.set(CONCERT, eventView(CONCERT, { seq: 2 }));
      world.hear(entry(CONCERT, 2, type === "EventCancelled" ? { type, bookings: 0 } : { type }));
      expect((await ada.heard("event_update"))[0].changes).to.deep.equal([change]);
    });
  }

  it("keeps a change that was heard before the database's answer showed it", async () => {
    let answer = () => {};
    world.beforeRead = () => new Promise((resolve) => (answer = resolve));
    const stale = eventView(CONCERT, { seq: 2 });
    world.events.set(CONCERT, stale);
    world.hear(entry(CONCERT, 2, confirmed(BOB, 1)));
    await eventually(() => world.reads === 2, "the read");
    world.hear(entry(CONCERT, 3, { type: "SaleClosed" }));
    world.beforeRead = async () => {};
    answer();
    await ada.heard("availability_update");
    expect(ada.named("event_update")).to.deep.equal([]);
    world.events.set(CONCERT, eventView(CONCERT, { seq: 3 }));
    expect((await ada.heard("event_update"))[0]).to.include({ seq: 3, from_seq: 3 });
  });

  it("reads again where the event could not be read", async () => {
    world.events.set(CONCERT, soldView(CONCERT, 1, 2));
    world.beforeRead = async () => {
      world.beforeRead = async () => {};
      throw new Error("no database");
    };
    world.hear(entry(CONCERT, 2, confirmed(BOB, 1)));
    expect((await ada.heard("availability_update"))[0].seq).to.equal(2);
    expect(world.logged.filter(({ level }) => level === "warn")).to.have.length(1);
  });

  it("gives a socket whose transport was busy the latest figures once it is free", async () => {
    const polling = world.client({ transports: ["polling"], auth: { token: `${BOB}/s9` } });
    await polling.connected();
    await polling.ask("subscribe", { event_id: CONCERT });
    for (let seq = 2; seq <= 12; seq += 1) {
      world.events.set(CONCERT, soldView(CONCERT, seq, seq));
      // The booking's own push keeps the transport busy when the figures are due.
      world.hear(entry(CONCERT, seq, confirmed(BOB, 1)));
      await sleep(60);
    }
    await eventually(() => polling.named("availability_update").at(-1)?.seq === 12, "the latest figures");
    expect(polling.named("booking_confirmed")).to.have.length(11);
  });

  it("reads nothing for events that nobody follows", async () => {
    const { reads } = world;
    await ada.ask("unsubscribe", { event_id: CONCERT });
    world.hear(entry(CONCERT, 2, confirmed(BOB, 1)));
    world.hear(entry(OPERA, 2, confirmed(BOB, 1)));
    await sleep(30);
    expect(world.reads).to.equal(reads);
  });
});
