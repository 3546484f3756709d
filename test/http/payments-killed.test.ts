import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { auditEvent } from "../support/books.ts";
import { until } from "../support/until.ts";
import { sharedSystem } from "./shared-system.ts";

const BUYERS = 60;
const KILLS = 4;
const END_MS_MAX = 20_000;
const TOKENS = ["tok_success", "tok_success", "tok_declined", "tok_timeout", "tok_duplicate"];

describe("payments while the process that pays is killed, again and again", () => {
  const system = sharedSystem();

  it("are each captured once and end as a ticket, or are not captured at all", async () => {
    const event = await system().event({ requires_payment: true, price: 10, total_capacity: BUYERS });
    const people = await system().people(BUYERS);
    const bookings = await Promise.all(
      people.map(
        async ({ token }) => (await system().client.book(token, event.id, 1)).body.data.id as string,
      ),
    );
    const asking = bookings.map((id, at) => confirmed(id, at));
    await Promise.all([killing(), ...asking]);
    const books = await auditEvent(system().database.url, event.id);
    const paying = TOKENS.filter((token) => token !== "tok_declined").length / TOKENS.length;
    expect(books.sold).to.equal(BUYERS * paying);
    const { rows } = await system().pool.query(
      `select count(*) filter (where p.state = 'captured')::integer as captured,
              count(*) filter (where (t.body->>'state') = 'captured')::integer as provider
         from payment p left join test_provider t on t.key = 'test_' || p.id where p.event_id = $1`,
      [event.id],
    );
    expect(rows[0]).to.deep.equal({ captured: books.sold, provider: books.sold });
    const metrics = await fetch(`${system().effects.url}/metrics`, {
      headers: { authorization: "Bearer a-token-for-the-scraper-of-these-tests" },
    }).then((answer) => answer.text());
    expect(metrics).to.match(/^evently_payments_captured_without_ticket 0$/m);

    /** Asks until there is an answer that is an end, as a client does whose requests time out. */
    async function confirmed(id: string, at: number): Promise<void> {
      const token = TOKENS[at % TOKENS.length] as string;
      const buyer = people[at]?.token as string;
      await until(
        `the payment of ${id} ends`,
        async () => {
          const { status } = await system().client.post(
            `/bookings/${id}/confirm`,
            { payment_details: { token } },
            { token: buyer, headers: { "idempotency-key": `pay-${id}` } },
          );
          expect([200, 202, 402, 409]).to.include(status);
          return token === "tok_declined" ? status === 402 : status === 200;
        },
        END_MS_MAX,
      );
    }
  });

  async function killing(): Promise<void> {
    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(30 + 40 * kill);
      const gone = new Promise((resolve) => system().effects.child.once("exit", resolve));
      system().effects.kill("SIGKILL");
      await gone;
      await system().restartEffects();
    }
  }
});
