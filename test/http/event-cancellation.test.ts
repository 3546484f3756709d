import { expect } from "chai";
import { auditEvent } from "../support/books.ts";
import { sharedSystem } from "./shared-system.ts";

/** More than one turn takes. */
const BOOKINGS = 700;

describe("cancelling an event", () => {
  const system = sharedSystem();

  it("refunds every booking, in turns, before it answers; again it says the same", async () => {
    const { client, admin } = system();
    const buyers = await system().people(20);
    const event = await system().event({ total_capacity: 5_000, price: 10.5 });
    const headers = { prefer: "wait=30" };
    const booked = await Promise.all(
      Array.from({ length: BOOKINGS }, (_, at) =>
        client.book(buyers[at % buyers.length]?.token ?? "", event.id, 2, { headers }),
      ),
    );
    // What a customer cancelled before is no refund of the event's cancellation.
    const early = booked.pop()?.body.data.id;
    await client.request("DELETE", `/bookings/${early}`, { token: admin.token });
    const cancel = () => client.request("DELETE", `/events/${event.id}`, { token: admin.token });
    const reply = await cancel();
    expect(reply.status).to.equal(200);
    const count = BOOKINGS - 1;
    const figures = { refunds_processed: count, total_refund_amount: count * 21 };
    const cancellation = { state: "finished", done: count, total: count };
    expect(reply.body).to.deep.include({
      success: true,
      message: "Event cancelled successfully",
      cancellation,
      ...figures,
    });
    expect(reply.body.data).to.deep.include({
      status: "cancelled",
      sale_status: "closed",
      cancellation,
      ...figures,
    });
    expect(reply.body.data.available_seats).to.equal(5_000);
    const { body: again, status } = await cancel();
    expect(status).to.equal(200);
    expect(again).to.deep.include({ cancellation, ...figures });

    const buyer = buyers[0];
    const list = await client.get("/bookings?status=confirmed", { token: buyer?.token ?? "" });
    expect(list.body.pagination.total).to.equal(0);
    const one = await client.get(`/bookings/${booked[0]?.body.data.id}`, { token: buyer?.token ?? "" });
    expect(one.body.data).to.include({ status: "cancelled", refunded_amount: 21 });
    const byHand = await client.request("PUT", `/bookings/${one.body.data.id}/cancel`, {
      token: buyer?.token ?? "",
    });
    expect(byHand.body).to.include({ refunded_amount: 21, seats_returned: 2 });
    expect(await auditEvent(system().database.url, event.id)).to.include({ sold: 0, confirmed: BOOKINGS });
  });

  it("sells nothing afterwards and changes no more", async () => {
    const { client, admin } = system();
    const { token } = await system().person();
    const event = await system().event();
    await client.request("DELETE", `/admin/events/${event.id}`, { token: admin.token });
    const book = await client.book(token, event.id, 1);
    expect(book.status).to.equal(409);
    expect(book.body).to.include({ code: "EVENT_NOT_ON_SALE", error: "The event is cancelled" });
    const change = await client.request("PUT", `/events/${event.id}`, {
      token: admin.token,
      body: { price: 1 },
    });
    expect(change.status).to.equal(409);
    expect(change.body.error).to.equal("The event is cancelled");
  });

  it("refuses what is still in line, and says 202 while nobody decides", async () => {
    const { client, admin } = system();
    const { token } = await system().person();
    const event = await system().event();
    const { queued, cancel } = await system().withoutWorker(async () => ({
      queued: await client.book(token, event.id, 1, { headers: { prefer: "respond-async" } }),
      cancel: await client.request("DELETE", `/events/${event.id}`, { token: admin.token }),
    }));
    expect(cancel.status).to.equal(202);
    expect(cancel.headers.get("retry-after")).to.equal("1");
    expect(cancel.body.data.status).to.equal("active");
    const path = queued.headers.get("location")?.replace("/api/v1", "") ?? "";
    let seen = await client.get(path, { token });
    while (seen.body.data.status === "queued") seen = await client.get(path, { token });
    expect(seen.body.data).to.include({ status: "rejected", rejection_reason: "The event is cancelled" });
    expect((await client.get(`/events/${event.id}`)).body.data.status).to.equal("cancelled");
  });

  it("refuses a body", async () => {
    const { client, admin } = system();
    const event = await system().event();
    const reply = await client.request("DELETE", `/events/${event.id}`, {
      token: admin.token,
      body: { reason: "rain" },
    });
    expect(reply.status).to.equal(400);
    expect((await client.get(`/events/${event.id}`)).body.data.status).to.equal("active");
  });
});
