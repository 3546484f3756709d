import { expect } from "chai";
import { auditEvent } from "../support/books.ts";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal } from "./unchanged.ts";

describe("the capacity of an event", () => {
  const system = sharedSystem();
  const put = (id: string, body: object) =>
    system().client.request("PUT", `/events/${id}`, { token: system().admin.token, body });

  it("grows more than tenfold only where that is said twice", async () => {
    const event = await system().event({ total_capacity: 10 });
    expect((await put(event.id, { total_capacity: 100 })).body.data.total_capacity).to.equal(100);
    const jump = await put(event.id, { total_capacity: 1_001 });
    expectRefusal(jump, { status: 409, code: "EVENT_STATE_CONFLICT", field: "confirm" }, "a slip");
    expect(jump.body).to.include({ capacity: 100 });
    const meant = await put(event.id, { total_capacity: 1_001, confirm: true });
    expect(meant.body.data).to.include({ total_capacity: 1_001, available_seats: 1_001 });
  });

  it("serves the waitlist first when it is raised, in order, before the public", async () => {
    const { client } = system();
    const event = await system().event({ total_capacity: 1 });
    const [owner, ...waiting] = await system().people(4);
    await client.book(owner?.token ?? "", event.id, 1);
    for (const { token } of waiting) {
      expect((await client.post(`/waitlist/${event.id}/join`, {}, { token })).status).to.equal(201);
    }
    expect((await put(event.id, { total_capacity: 3 })).body.data.available_seats).to.equal(0);
    const statuses = await Promise.all(
      waiting.map(async ({ token, userId }) => {
        const { body } = await client.get(`/waitlist/${event.id}/user/${userId}`, { token });
        return [body.data.status, body.data.position];
      }),
    );
    expect(statuses).to.deep.equal([
      ["offered", null],
      ["offered", null],
      ["waiting", 1],
    ]);
    await auditEvent(system().database.url, event.id);
  });

  it("is never lower than what is sold and held", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ total_capacity: 5, requires_payment: true });
    const held = await client.book(token, event.id, 3);
    expect(held.body.data.status).to.equal("pending");
    const below = await put(event.id, { total_capacity: 2 });
    expectRefusal(below, { status: 409, code: "CAPACITY_BELOW_SOLD", field: "total_capacity" }, "held");
    expect(below.body.sold).to.equal(3);
    expect((await put(event.id, { total_capacity: 3 })).body.data.available_seats).to.equal(0);
  });
});
