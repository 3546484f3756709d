import { expect } from "chai";
import { auditEvent } from "../support/books.ts";
import { sharedSystem } from "./shared-system.ts";

describe("cancelling a booking", () => {
  const system = sharedSystem();

  it("gives the seats back with the very decision, and the money", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ total_capacity: 3, price: 99.99 });
    const { data } = (await client.book(token, event.id, 3)).body;
    const reply = await client.request("PUT", `/bookings/${data.id}/cancel`, { token });
    const seen = await client.get(`/events/${event.id}`);
    expect(seen.body.data.available_seats).to.equal(3);
    expect(reply.status).to.equal(200);
    const facts = {
      booking_reference: data.booking_reference,
      refunded_amount: 299.97,
      refund_amount: 299.97,
      seats_returned: 3,
    };
    expect(reply.body).to.deep.include({
      success: true,
      message: "Booking cancelled successfully",
      ...facts,
    });
    expect(reply.body.data).to.deep.include({ booking_id: data.id, status: "cancelled", ...facts });
    expect(reply.body.data.booking).to.include({ id: data.id, status: "cancelled" });
    expect((await client.book(token, event.id, 3)).status).to.equal(201);
  });

  it("answers again with the same figures and returns nothing twice", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ total_capacity: 4 });
    const { data } = (await client.book(token, event.id, 2)).body;
    const ways = [
      ["DELETE", `/bookings/${data.id}`],
      ["PUT", `/bookings/${data.id}/cancel`],
      ["DELETE", `/bookings/${data.booking_reference}`],
      ["PUT", `/bookings/${data.booking_reference}/cancel`],
    ] as const;
    const replies = await Promise.all(ways.map(([method, path]) => client.request(method, path, { token })));
    for (const { status, body } of replies) {
      expect(status).to.equal(200);
      expect(body).to.include({ refunded_amount: 40, seats_returned: 2 });
    }
    const again = await client.request("PUT", `/bookings/${data.id}/cancel`, { token });
    expect(again.body).to.include({ refunded_amount: 40, seats_returned: 2 });
    expect(await auditEvent(system().database.url, event.id)).to.include({ sold: 0, available: 4 });
  });

  it("is open to an admin", async () => {
    const { client, admin } = system();
    const { token } = await system().person();
    const event = await system().event();
    const { data } = (await client.book(token, event.id, 2)).body;
    const reply = await client.request("PUT", `/bookings/${data.id}/cancel`, { token: admin.token });
    expect(reply.status).to.equal(200);
    const seen = await client.get(`/bookings/${data.id}`, { token });
    expect(seen.body.data).to.include({ status: "cancelled", refunded_amount: 40 });
  });

  it("refuses a body that says something else, of DELETE any", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event();
    const { data } = (await client.book(token, event.id, 2)).body;
    for (const body of [{ quantity: 1 }, "null", "[]", "5", '"all"', { seat_ids: [] }]) {
      const about = JSON.stringify(body);
      const deleted = await client.request("DELETE", `/bookings/${data.id}`, { token, body });
      expect(deleted.status, `DELETE ${about}`).to.equal(400);
      expect(deleted.body.details.body).to.equal("must be empty: the whole booking is cancelled");
      const put = await client.request("PUT", `/bookings/${data.id}/cancel`, { token, body });
      expect(put.status, `PUT ${about}`).to.equal(400);
    }
    expect((await client.get(`/bookings/${data.id}`, { token })).body.data.status).to.equal("confirmed");
    expect((await client.request("DELETE", `/bookings/${data.id}`, { token, body: {} })).status).to.equal(
      200,
    );
  });

  it("frees a buyer's limit as it frees the seats", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ max_tickets_per_user: 2 });
    const { data } = (await client.book(token, event.id, 2)).body;
    expect((await client.book(token, event.id, 1)).status).to.equal(409);
    await client.request("DELETE", `/bookings/${data.id}`, { token });
    expect((await client.book(token, event.id, 2)).status).to.equal(201);
  });
});
