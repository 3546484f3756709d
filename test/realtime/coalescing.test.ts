import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type Client, eventually } from "./client.ts";
import { ADA, BOB, CONCERT, confirmed, entry, OPERA, soldView } from "./facts.ts";
import { RawSocket } from "./raw-socket.ts";
import { World } from "./world.ts";

const INTERVAL_MS = 250;

describe("pushes of an event's figures", () => {
  let world: World;
  let ada: Client;
  beforeEach(async () => {
    world = await new World().start({
      limits: { eventPushIntervalMs: INTERVAL_MS, bufferedBytesMax: 50_000_000 },
    });
    ada = await world.connect(ADA);
    await ada.ask("subscribe", { event_id: CONCERT });
  });
  afterEach(() => world.stop());

  it("tells 1,000 sales in a second in at most five pushes, and then the final figures", async () => {
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
    expect(updates.length).to.be.within(2, Math.ceil(soldInMs / INTERVAL_MS) + 1);
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
    expect(first).to.be.below(INTERVAL_MS);
    expect(second).to.be.within(INTERVAL_MS - 10, INTERVAL_MS * 4);
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

  it("reaches a client that polls", async () => {
    const polling = world.client({ transports: ["polling"], auth: { token: `${BOB}/s9` } });
    await polling.connected();
    await polling.ask("subscribe", { event_id: CONCERT });
    for (let seq = 2; seq <= 12; seq += 1) {
      world.events.set(CONCERT, soldView(CONCERT, seq, seq));
      world.hear(entry(CONCERT, seq, confirmed(BOB, 1)));
      await sleep(40);
    }
    await eventually(() => polling.named("availability_update").at(-1)?.seq === 12, "the latest figures");
    expect(polling.named("booking_confirmed")).to.have.length(11);
  });

  it("spares a socket that is behind all figures but the latest, which it gets when it has caught up", async () => {
    const raw = await RawSocket.open(world.url, { token: `${BOB}/s9` });
    raw.send(`42/notifications,1["subscribe",{"event_id":"${CONCERT}"}]`);
    await raw.received("43/notifications,1");
    raw.tcp.pause();
    const fill = () => world.hear(...Array.from({ length: 500 }, () => entry(OPERA, 2, confirmed(BOB, 1))));
    const figuresFor = () =>
      world.pushed.filter(({ name }) => name === "availability_update").at(-1)?.sockets;
    for (let seq = 2; figuresFor() !== 1; seq += 1) {
      if (seq > 60) throw new Error("it never fell behind");
      for (let fills = 0; fills < 3; fills += 1) fill();
      world.events.set(CONCERT, soldView(CONCERT, seq, seq));
      world.hear(entry(CONCERT, seq, confirmed(ADA, 1)));
      await ada.heard("availability_update", seq - 1);
    }
    world.events.set(CONCERT, soldView(CONCERT, 80, 80));
    world.hear(entry(CONCERT, 80, confirmed(ADA, 1)));
    await eventually(() => ada.named("availability_update").at(-1).seq === 80);
    raw.tcp.resume();
    await raw.received('"seq":80,"from_seq"');
    expect(raw.takeSeen().split('["availability_update"').length - 1).to.be.below(
      ada.named("availability_update").length,
    );
    raw.tcp.destroy();
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
