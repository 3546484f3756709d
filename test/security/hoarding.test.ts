import { randomUUIDv7 } from "node:crypto";
import { expect } from "chai";
import { sharedSystem } from "../http/shared-system.ts";
import { auditEvent } from "../support/books.ts";
import { until } from "../support/until.ts";

const AT_ONCE = 100;
const HOLDS_MAX = 2;

describe("tickets that somebody holds and does not pay", () => {
  const system = sharedSystem();

  it("are no more than the limit, however many requests come at once, in whatever way they ask", async () => {
    const { client } = system();
    const event = await system().event({
      requires_payment: true,
      max_holds_per_user: HOLDS_MAX,
      total_capacity: 500,
      hold_ttl_seconds: 600,
    });
    const { token } = await system().person();
    const replies = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, at) =>
        client.book(token, event.id, 1, {
          headers: {
            ...(at % 2 === 0 ? { "idempotency-key": randomUUIDv7() } : {}),
            "x-forwarded-for": `192.0.2.${at}`,
          },
        }),
      ),
    );
    const held = replies.filter(({ status }) => status === 201);
    const refused = replies.filter(({ status }) => status === 409);
    expect([held.length, refused.length]).to.deep.equal([HOLDS_MAX, AT_ONCE - HOLDS_MAX]);
    for (const { body } of refused) expect(body.code).to.equal("BOOKING_LIMIT_EXCEEDED");
    expect(await auditEvent(system().database.url, event.id)).to.include({ held: HOLDS_MAX });
  });

  it("come back when their time is up: who asks again and again keeps nobody from buying", async () => {
    const { client } = system();
    const event = await system().event({
      requires_payment: true,
      max_holds_per_user: 1,
      total_capacity: 1,
      hold_ttl_seconds: 1,
    });
    const [hoarder, buyer] = await system().people(2);
    const first = await client.book(hoarder?.token ?? "", event.id, 1);
    expect(first.status).to.equal(201);
    const path = `/bookings/${first.body.data.id}`;
    // Neither looking at it nor asking for its payment page makes it last.
    await until(
      "the hold has expired",
      async () => (await client.get(path, { token: hoarder?.token ?? "" })).body.data.status === "expired",
      10_000,
    );
    expect((await client.book(buyer?.token ?? "", event.id, 1)).status).to.equal(201);
  });
});
