import { expect } from "chai";
import { auditEvent } from "../support/books.ts";
import { seatedEvent, seatIds } from "./seats-world.ts";
import { sharedSystem } from "./shared-system.ts";

const RACERS = 200;

describe("200 clients that want the same seat", () => {
  const system = sharedSystem();

  it("are one winner and 199 clear refusals", async () => {
    const event = await seatedEvent(system());
    const { A1 } = await seatIds(system(), event.id);
    const racers = await system().people(RACERS);
    const replies = await Promise.all(
      racers.map(({ token }) =>
        system().client.post("/bookings", { event_id: event.id, seat_ids: [A1] }, { token }),
      ),
    );
    const won = replies.filter(({ status }) => status === 201);
    const lost = replies.filter(({ status }) => status === 409);
    expect([won.length, lost.length]).to.deep.equal([1, RACERS - 1]);
    for (const { body } of lost) {
      expect(body.code).to.equal("BOOKING_SEATS_UNAVAILABLE");
      expect(body.unavailable_seat_ids).to.deep.equal([A1]);
    }
    const books = await auditEvent(system().database.url, event.id);
    expect(books.sold).to.equal(1);
  });
});
