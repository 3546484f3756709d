import { expect } from "chai";
import { type Client, eventually } from "./client.ts";
import { ADA, BOB, CONCERT, confirmed, entry, eventView, soldView } from "./facts.ts";
import { World } from "./world.ts";

describe("pushes of an event's changes", () => {
  let world: World;
  let ada: Client;
  beforeEach(async () => {
    world = await new World().start();
    ada = await world.connect(ADA);
    await ada.ask("subscribe", { event_id: CONCERT });
  });
  afterEach(() => world.stop());

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
});
