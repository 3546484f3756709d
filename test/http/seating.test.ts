import { expect } from "chai";
import { inDays } from "../support/client.ts";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

const VIP = { name: "VIP", rows: ["A", "B"], seats_per_row: 20, price: 300 };

describe("an event with a seat configuration", () => {
  const system = sharedSystem();
  const create = (fields: object) =>
    system().client.post(
      "/admin/events",
      { name: "New Year Concert", venue: "Hall", start_time: inDays(20), ...fields },
      { token: system().admin.token },
    );

  it("sells what 004 describes, and what no price is for stays unsold", async () => {
    const { status, body } = await create({ capacity: 10_000, seat_configuration: { sections: [VIP] } });
    expect(status, JSON.stringify(body)).to.equal(201);
    expect(body.message).to.contain("9960 of total_capacity have no price");
    expect(body.data).to.include({ capacity: 40, available_seats: 40, price: 300, seated: true });
    expect(body.data).to.include({ requires_payment: true, hold_ttl_seconds: 300, offer_ttl_seconds: 900 });
    expect(body.data.price_tiers).to.deep.equal([
      { tier: "VIP", price: 300, capacity: 40, available: 40, seated: true, restricted: false },
    ]);
  });

  it("has a General tier for the rest at the price, and tiers without seats beside", async () => {
    const { body } = await create({
      total_capacity: 1_000,
      price: 50,
      price_tiers: [{ tier: "Lawn", price: 20, capacity: 100 }],
      seat_configuration: {
        sections: [
          VIP,
          { name: "Box", tier: "VIP", rows: [{ label: "1", seats: 4 }, "2"], seats_per_row: 6 },
          { name: "Stalls", rows: 28, seats_per_row: 10 },
        ],
      },
    });
    const tiers = body.data.price_tiers.map((tier: { tier: string; price: number; capacity: number }) => [
      tier.tier,
      tier.price,
      tier.capacity,
    ]);
    expect(tiers).to.deep.equal([
      ["VIP", 300, 50],
      ["Stalls", 50, 280],
      ["Lawn", 20, 100],
      ["General", 50, 570],
    ]);
    expect(body.data).to.include({ total_capacity: 1_000, min_price: 20, max_price: 300 });
    const { data } = (await system().client.get(`/events/${body.data.id}/seats?section=Stalls`)).body;
    const labels = data.sections[0].rows.map(({ row }: { row: string }) => row);
    expect([labels[0], labels[25], labels[26], labels[27]]).to.deep.equal(["A", "Z", "AA", "AB"]);
  });

  it("may be free, and then asks for no payment; price_tiers may say its prices", async () => {
    const free = await create({ seat_configuration: { sections: [{ ...VIP, price: 0 }] } });
    expect(free.body.data).to.include({ price: 0, requires_payment: false });
    const { price: _, ...unpriced } = VIP;
    const priced = await create({
      seat_configuration: { sections: [unpriced] },
      price_tiers: [{ tier: "VIP", price: 75, restricted: true }],
      requires_payment: false,
    });
    expect(priced.body.data.price_tiers[0]).to.include({ price: 75, capacity: 40, restricted: true });
    expect(priced.body.data.requires_payment).to.equal(false);
  });

  it("takes the sections of its venue's layout where it says so", async () => {
    const { client, admin } = system();
    const layout_config = { sections: [{ ...VIP, x: 5 }], doors: ["north"] };
    const venue = await client.post("/venues", { name: "Arena", layout_config }, { token: admin.token });
    expect(venue.status, JSON.stringify(venue.body)).to.equal(201);
    const { body } = await create({ venue_id: venue.body.data.id, seat_configuration: "venue" });
    expect(body.data.price_tiers[0]).to.include({ tier: "VIP", capacity: 40, price: 300 });
    const bare = await client.post("/venues", { name: "Field" }, { token: admin.token });
    for (const fields of [{}, { venue_id: bare.body.data.id }]) {
      const refused = await create({ ...fields, seat_configuration: "venue" });
      expectRefusal(
        refused,
        { status: 400, code: "VALIDATION_ERROR", field: "seat_configuration" },
        "no layout",
      );
    }
  });

  it("is refused where it contradicts itself or is too large, and nothing is left of it", async () => {
    const sections = (...list: object[]) => ({ seat_configuration: { sections: list } });
    const at = (field: string) => `seat_configuration${field}`;
    const wrong: readonly [object, string][] = [
      [{ seat_configuration: 5 }, at("")],
      [{ seat_configuration: {} }, at("")],
      [sections(), at(".sections")],
      [sections({ ...VIP, colour: "red" }), at(".sections.0.colour")],
      [sections({ ...VIP, rows: [] }), at(".sections.0.rows")],
      [sections({ ...VIP, rows: 1.5 }), at(".sections.0.rows")],
      [sections({ ...VIP, rows: ["A", "A"] }), at("")],
      [sections({ ...VIP, rows: ["A"], seats_per_row: 0 }), at(".sections.0.seats_per_row")],
      [sections({ name: "X", rows: 2, price: 5 }), at(".sections.0.seats_per_row")],
      [sections({ ...VIP, price: -1 }), at(".sections.0.price")],
      [sections({ ...VIP, price: undefined }), at("")],
      [sections(VIP, { ...VIP, name: "B", tier: "VIP", price: 5 }), at(".sections.1.price")],
      [sections({ ...VIP, rows: 10_000, seats_per_row: 21 }), at("")],
      [sections({ ...VIP, rows: 6_000, seats_per_row: 1 }, { ...VIP, name: "B", rows: 6_000 }), at("")],
      [{ ...sections(VIP), total_capacity: 39 }, "total_capacity"],
      [{ ...sections(VIP), price: 50 }, "price"],
      [{ ...sections(VIP), price_tiers: [{ tier: "VIP", price: 300, capacity: 41 }] }, "price_tiers"],
      [{ ...sections(VIP), price_tiers: [{ tier: "VIP", price: 30 }] }, "price_tiers"],
      [{ ...sections(VIP), price_tiers: [{ tier: "GA", price: 30 }] }, "price_tiers.0.capacity"],
      [{ ...sections({ ...VIP, name: "General" }), total_capacity: 50, price: 300 }, "total_capacity"],
    ];
    await leavesNothing(system(), async () => {
      for (const [fields, field] of wrong) {
        const reply = await create(fields);
        expectRefusal(reply, { status: 400, code: "VALIDATION_ERROR", field }, JSON.stringify(fields));
      }
    });
  });

  it("keeps its seats: neither they nor the capacity of their tier can be changed", async () => {
    const { client, admin } = system();
    const { body } = await create({ seat_configuration: { sections: [VIP] } });
    const put = (fields: object) =>
      client.request("PUT", `/events/${body.data.id}`, { token: admin.token, body: fields });
    const layout = await put({ seat_configuration: { sections: [VIP] } });
    expectRefusal(
      layout,
      { status: 400, code: "VALIDATION_ERROR", field: "seat_configuration" },
      "another layout",
    );
    const more = await put({ total_capacity: 41 });
    expectRefusal(more, { status: 409, code: "EVENT_STATE_CONFLICT" }, "another capacity");
    expect((await put({ price: 310 })).body.data.price).to.equal(310);
  });

  it("has 60,000 seats in seconds", async () => {
    const started = performance.now();
    const stands = Array.from({ length: 60 }, (_, at) => ({
      name: `Block ${at + 1}`,
      tier: at < 20 ? "Lower" : "Upper",
      rows: 25,
      seats_per_row: 40,
      price: at < 20 ? 90 : 45,
    }));
    const { status, body } = await create({ seat_configuration: { sections: stands } });
    expect(status).to.equal(201);
    expect(body.data.available_seats).to.equal(60_000);
    expect(performance.now() - started).to.be.below(5_000);
  });
});
