import { expect } from "chai";
import { auditEvent } from "../support/books.ts";
import { sharedSystem } from "./shared-system.ts";

describe("limits under concurrency", () => {
  const system = sharedSystem();

  it("sell one person exactly their limit, however many requests come at once", async () => {
    const { client } = system();
    const [greedy, other] = await system().people(2);
    const event = await system().event({ total_capacity: 200, max_tickets_per_user: 7 });
    const replies = await Promise.all([
      ...Array.from({ length: 50 }, (_, at) => client.book(greedy?.token ?? "", event.id, 1 + (at % 3))),
      client.book(other?.token ?? "", event.id, 7),
    ]);
    expect(replies.pop()?.status).to.equal(201);
    const sold = replies.filter(({ status }) => status === 201);
    expect(sold.reduce((sum, { body }) => sum + body.data.quantity, 0)).to.equal(7);
    for (const { body } of replies.filter(({ status }) => status !== 201)) {
      expect(body).to.include({ code: "BOOKING_LIMIT_EXCEEDED", limit: 7 });
      expect(body.owned + body.requested_quantity).to.be.above(7);
    }
    expect(await auditEvent(system().database.url, event.id)).to.include({ sold: 14 });
  });

  it("hold when tickets come back and are taken again at the same time", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ total_capacity: 50, max_tickets_per_user: 4 });
    const { data } = (await client.book(token, event.id, 4)).body;
    const replies = await Promise.all([
      ...Array.from({ length: 10 }, () => client.book(token, event.id, 1)),
      client.request("DELETE", `/bookings/${data.id}`, { token }),
      ...Array.from({ length: 10 }, () => client.book(token, event.id, 1)),
    ]);
    const sold = replies.filter(({ status }) => status === 201).length;
    expect(sold).to.be.at.most(4);
    const books = await auditEvent(system().database.url, event.id);
    expect(books.sold).to.equal(sold);
    await Promise.all(Array.from({ length: 10 }, () => client.book(token, event.id, 1)));
    expect((await auditEvent(system().database.url, event.id)).sold).to.equal(4);
  });
});
