import { expect } from "chai";
import { Fault } from "../../src/ops/fault.ts";
import { ADA, CONCERT, entry, eventView, NOWHERE, OPERA } from "./facts.ts";
import { World } from "./world.ts";

describe("sockets: an event's room", () => {
  let world: World;
  beforeEach(async () => {
    world = await new World().start({ limits: { eventsPerSocketMax: 2 } });
  });
  afterEach(() => world.stop());

  it("is joined with what is left now and the ledger's number", async () => {
    const ada = await world.connect(ADA);
    expect(await ada.ask("subscribe", { event_id: CONCERT })).to.deep.equal({
      ok: true,
      event_id: CONCERT,
      available_seats: 100,
      total_capacity: 100,
      tiers: [{ tier: "General", available: 100, price: 20.5 }],
      seq: 1,
    });
  });

  it("needs an event that exists, a UUID, and exactly one target", async () => {
    const ada = await world.connect(ADA);
    expect(await ada.ask("subscribe", { event_id: NOWHERE })).to.include({
      ok: false,
      code: "EVENT_NOT_FOUND",
    });
    for (const bad of [{ event_id: "7" }, { event_id: [CONCERT] }, {}, { event_id: CONCERT, user_id: ADA }]) {
      expect(await ada.ask("subscribe", bad)).to.include({ ok: false, code: "VALIDATION_ERROR" });
    }
    world.hear(entry(NOWHERE, 2, { type: "SaleOpened" }));
    expect(await ada.ask("subscribe", { event_id: CONCERT })).to.include({ ok: true });
    expect(ada.pushes).to.deep.equal([]);
  });

  it("answers anything at all, with and without acknowledgement", async () => {
    const ada = await world.connect(ADA);
    const oddities = [
      null,
      7,
      "text",
      [1],
      Buffer.from("x"),
      JSON.parse(`{"__proto__":{"event_id":"${CONCERT}"}}`),
      undefined,
    ];
    for (const name of ["authenticate", "subscribe", "unsubscribe", "toString", "__proto__"]) {
      for (const odd of oddities) {
        ada.socket.emit(name, odd);
        expect(await ada.ask(name, odd)).to.include({ ok: false });
      }
      expect(await ada.ask(name)).to.include({ ok: false });
    }
    expect(await ada.ask("subscribe", { event_id: CONCERT })).to.include({ ok: true });
    expect(world.logged.filter(({ level }) => level === "error")).to.deep.equal([]);
  });

  it("counts towards a bound, which leaving makes room in", async () => {
    const ada = await world.connect(ADA);
    const third = eventView("018f0000-0000-7000-8000-0000000000e3" as typeof CONCERT);
    world.events.set(third.eventId, third);
    await ada.ask("subscribe", { event_id: CONCERT });
    await ada.ask("subscribe", { event_id: OPERA });
    expect(await ada.ask("subscribe", { event_id: OPERA }), "again").to.include({ ok: true });
    const refusal = await ada.ask("subscribe", { event_id: third.eventId });
    expect(refusal).to.include({ ok: false, code: "RATE_LIMIT_EXCEEDED" });
    await ada.ask("unsubscribe", { event_id: CONCERT });
    expect(await ada.ask("subscribe", { event_id: third.eventId })).to.include({ ok: true });
  });

  it("is not joined where the event cannot be read", async () => {
    const ada = await world.connect(ADA);
    world.beforeRead = () => Promise.reject(new Fault("StoreUnavailable", "no database"));
    expect(await ada.ask("subscribe", { event_id: CONCERT })).to.include({ ok: false, code: "OVERLOADED" });
    world.beforeRead = async () => {};
    world.hear(entry(CONCERT, 2, { type: "SaleOpened" }));
    await ada.ask("subscribe", { user_id: ADA });
    expect(ada.named("event_update")).to.deep.equal([]);
  });
});
