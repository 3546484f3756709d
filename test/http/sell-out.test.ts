import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { auditEvent } from "../support/books.ts";
import type { Reply } from "../support/client.ts";
import { sharedSystem } from "./shared-system.ts";

const PATIENT = { headers: { prefer: "wait=30" } };

describe("an event that everybody wants", () => {
  const system = sharedSystem();

  it("sells exactly what it has to two thousand requests at once", async () => {
    const { client } = system();
    const buyers = await system().people(400);
    const event = await system().event({ total_capacity: 500 });
    const replies = await Promise.all(
      Array.from({ length: 2_000 }, (_, at) => {
        const { token } = buyers[at % buyers.length] as { token: string };
        return persistently(() => client.book(token, event.id, 1 + ((at * 7) % 4), PATIENT));
      }),
    );
    const sold = replies.filter(({ status }) => status === 201);
    const refused = replies.filter(({ status }) => status === 409);
    expect(sold.length + refused.length).to.equal(replies.length);
    expect(sold.reduce((sum, { body }) => sum + body.data.quantity, 0)).to.equal(500);
    expect(new Set(sold.map(({ body }) => body.data.booking_reference)).size).to.equal(sold.length);
    for (const { body } of refused) {
      expect(body.code).to.be.oneOf(["EVENT_SOLD_OUT", "BOOKING_SEATS_UNAVAILABLE"]);
      expect(body.available_seats).to.be.below(body.requested_quantity);
      expect(body.code === "EVENT_SOLD_OUT").to.equal(body.available_seats === 0);
    }
    const books = await auditEvent(system().database.url, event.id);
    expect(books).to.include({ sold: 500, available: 0, confirmed: sold.length });
    const { rows } = await system().pool.query(
      "select type, command from ledger where event_id = $1 order by seq",
      [event.id],
    );
    falseRefusals(rows, 500);
  });

  it("gives the last ticket to one of a hundred", async () => {
    const { client } = system();
    const buyers = await system().people(100);
    const event = await system().event({ total_capacity: 1 });
    const replies: Reply[] = await Promise.all(
      buyers.map(({ token }) => client.book(token, event.id, 1, PATIENT)),
    );
    expect(replies.filter(({ status }) => status === 201)).to.have.length(1);
    for (const { body } of replies.filter(({ status }) => status !== 201)) {
      expect(body).to.include({ code: "EVENT_SOLD_OUT", available_seats: 0, requested_quantity: 1 });
    }
    expect(await auditEvent(system().database.url, event.id)).to.include({
      sold: 1,
      available: 0,
      confirmed: 1,
    });
  });

  it("is on sale again for whoever comes after a cancellation", async () => {
    const { client } = system();
    const buyers = await system().people(20);
    const event = await system().event({ total_capacity: 1 });
    const tokens = buyers.map(({ token }) => token);
    let holder = await client.book(tokens[0] ?? "", event.id, 1);
    for (const [at, token] of tokens.slice(1).entries()) {
      expect((await client.book(token, event.id, 1)).body.code).to.equal("EVENT_SOLD_OUT");
      const path = `/bookings/${holder.body.data.id}`;
      expect((await client.request("DELETE", path, { token: tokens[at] ?? "" })).status).to.equal(200);
      holder = await client.book(token, event.id, 1);
      expect(holder.status).to.equal(201);
    }
  });
});

/** As clients do who are told to come back: a machine that other tests keep busy may be asked for too much at once. */
async function persistently(ask: () => Promise<Reply>): Promise<Reply> {
  for (;;) {
    const reply = await ask();
    if (reply.status !== 503) return reply;
    await sleep(1_000 * Number(reply.headers.get("retry-after")));
  }
}

interface Row {
  readonly type: string;
  readonly command: { readonly quantity: number };
}

/** In the order of the ledger nobody was refused what was there to have. */
function falseRefusals(rows: readonly Row[], capacity: number): void {
  let left = capacity;
  for (const { type, command } of rows) {
    if (type === "BookingConfirmed") left -= command.quantity;
    if (type === "BookingRejected") expect(left).to.be.below(command.quantity);
  }
}
