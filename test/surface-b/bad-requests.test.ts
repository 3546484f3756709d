import { expect } from "chai";
import { type Numbered, trustedGateway } from "./gateway.ts";

describe("requests that surface B cannot take", () => {
  const { send, sendBare, people, event } = trustedGateway();
  let buyer: Numbered;
  let number: number;

  before(async () => {
    [buyer] = (await people(1)) as [Numbered];
    number = await event(2);
  });

  const book = (body: unknown) => send("POST /bookings", { user: buyer.number, body });

  it("are told what is wrong with each field", async () => {
    const { status, body } = await book({ user_id: "x", seat_id: 1.5 });
    expect(status).to.equal(422);
    expect(body).to.deep.equal({
      detail: [
        { loc: ["body", "user_id"], msg: "must be a number", type: "value_error" },
        { loc: ["body", "event_id"], msg: "is required: a number", type: "missing" },
        { loc: ["body", "seat_id"], msg: "must be a whole number", type: "value_error" },
      ],
    });
    const event = { name: "", venue: "Here", start_time: "tomorrow", total_seats: 0 };
    const refused = await send("POST /admin/events", { admin: true, body: event });
    expect(refused.status).to.equal(422);
    const fields = refused.body.detail.map(({ loc }: { loc: string[] }) => loc.at(-1));
    expect(fields).to.have.members(["name", "start_time", "total_seats"]);
    const past = { ...event, name: "Late", start_time: "2020-01-01T00:00:00", total_seats: 1 };
    const late = await send("POST /admin/events", { admin: true, body: past });
    expect(late.body.detail).to.deep.equal([
      { loc: ["body", "start_time"], msg: "must lie in the future", type: "value_error" },
    ]);
  });

  it("are told in its form of what is unknown below its paths, and of nothing else", async () => {
    for (const path of ["/admin/nothing", "/users/nobody/nothing"]) {
      const { status, body } = await sendBare(`GET ${path}`);
      expect([status, body], path).to.deep.equal([404, { detail: `No such path: ${path}` }]);
    }
    expect((await sendBare("GET /elsewhere")).body.code).to.equal("NOT_FOUND");
  });

  it("may have fields that nobody knows", async () => {
    const { status } = await book({ event_id: number, status: "vip", price: 0, __proto: 1 });
    expect(status).to.equal(201);
  });

  it("name things that are not there: 404", async () => {
    expect((await book({ event_id: 2_000_000_000 })).body).to.deep.equal({ detail: "Event not found" });
    expect((await book({ event_id: Number.MAX_SAFE_INTEGER })).status).to.equal(404);
    expect((await book({ event_id: -1 })).status).to.equal(404);
    const elsewhere = (await send(`GET /events/${await event(1)}/seats`)).body[0].id;
    for (const seat_id of [elsewhere, 1, -1, elsewhere + 1_000]) {
      const { status, body } = await book({ event_id: number, seat_id });
      expect([status, body]).to.deep.equal([404, { detail: "Seat not found" }]);
    }
    for (const route of ["GET /events/999999999", "GET /bookings/999999999", "DELETE /waitlists/999999999"])
      expect((await send(route, { user: buyer.number })).status, route).to.equal(404);
  });

  it("have numbers that are smaller or larger than any: 404", async () => {
    for (const beyond of [0, -1, -3_000_000_000, 3_000_000_000, `-${"9".repeat(20)}`]) {
      for (const route of [
        `GET /events/${beyond}`,
        `GET /events/${beyond}/seats`,
        `DELETE /admin/events/${beyond}`,
      ])
        expect((await send(route, { admin: true })).status, route).to.equal(404);
      const changed = await send(`PUT /admin/events/${beyond}`, { admin: true, body: { name: "N" } });
      expect(changed.status, `PUT ${beyond}`).to.equal(404);
      for (const route of [
        `GET /bookings/${beyond}`,
        `DELETE /bookings/${beyond}`,
        `DELETE /waitlists/${beyond}`,
      ])
        expect((await send(route, { user: buyer.number })).status, route).to.equal(404);
      expect((await send("GET /users/me", { user: beyond })).status, `X-User-ID ${beyond}`).to.equal(401);
    }
    expect((await book({ event_id: -3_000_000_000 })).body).to.deep.equal({ detail: "Event not found" });
    const far = await book({ event_id: number, seat_id: -3_000_000_000 });
    expect(far.body).to.deep.equal({ detail: "Seat not found" });
    const nobody = { user_id: -3_000_000_000, event_id: number };
    expect((await send("POST /bookings", { admin: true, body: nobody })).status).to.equal(404);
  });

  it("have ids that are no integers: 422", async () => {
    for (const route of [
      "GET /events/abc",
      "GET /events/1.5/seats",
      "DELETE /bookings/x'or'1",
      "DELETE /waitlists/1e3",
    ]) {
      const { status, body } = await send(route, { user: buyer.number });
      expect(status, route).to.equal(422);
      expect(body.detail[0].loc[0], route).to.equal("path");
    }
    const paged = await send("GET /events?limit=x");
    expect(paged.body.detail[0].loc).to.deep.equal(["query", "limit"]);
  });

  it("have another media type, method or size", async () => {
    const asText = { user: buyer.number, body: "event_id=1", headers: { "content-type": "text/plain" } };
    const text = await send("POST /bookings", asText);
    expect([text.status, typeof text.body.detail]).to.deep.equal([415, "string"]);
    const broken = await book('{"event_id": ');
    expect(broken.status).to.equal(422);
    expect(broken.body.detail[0]).to.include({ type: "json_invalid" });
    const large = await book({ event_id: number, note: "x".repeat(70_000) });
    expect([large.status, typeof large.body.detail]).to.deep.equal([413, "string"]);
    const method = await send("PATCH /bookings/1", { user: buyer.number, body: {} });
    expect([method.status, typeof method.body.detail]).to.deep.equal([405, "string"]);
    expect(method.headers.get("allow")).to.contain("DELETE");
  });

  it("carry a bad token, or ask where nothing is", async () => {
    const bad = await sendBare("GET /events", { token: "nonsense" });
    expect([bad.status, bad.body]).to.deep.equal([401, { detail: "Invalid authentication token" }]);
    const nowhere = await sendBare("GET /nowhere");
    expect([nowhere.status, nowhere.body.code]).to.deep.equal([404, "NOT_FOUND"]);
  });
});
