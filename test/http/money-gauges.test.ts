import { expect } from "chai";
import { METRICS_TOKEN, sharedSystem } from "./shared-system.ts";

describe("the gauges about money", () => {
  const system = sharedSystem();

  /** The value of a gauge, as the effects worker tells it now. */
  async function gauge(name: string): Promise<number> {
    const answer = await fetch(`${system().effects.url}/metrics`, {
      headers: { authorization: `Bearer ${METRICS_TOKEN}` },
    });
    const [, value] = new RegExp(`^${name} (\\S+)$`, "m").exec(await answer.text()) ?? [];
    return Number(value);
  }

  it("show a captured payment that is neither a ticket nor owed back, and a refund that nobody makes", async () => {
    const { pool } = system();
    const event = await system().event();
    expect(await gauge("evently_payments_captured_without_ticket")).to.equal(0);
    const failed = await gauge("evently_refunds_failed");
    const { rows } = await pool.query(
      `insert into payment (event_id, id, booking_id, user_id, provider, method, amount_minor, captured_minor, state,
                            result_id, until, created_at, updated_at)
       values ($1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'test', 'token', 500, 500, 'captured',
               gen_random_uuid(), now(), now(), now()) returning id, booking_id`,
      [event.id],
    );
    try {
      expect(await gauge("evently_payments_captured_without_ticket")).to.equal(1);
      await pool.query(
        `insert into refund (event_id, id, payment_id, booking_id, amount_minor, reason, state, created_at)
         values ($1, gen_random_uuid(), $2, $3, 500, 'late', 'failed', now())`,
        [event.id, rows[0].id, rows[0].booking_id],
      );
      await pool.query("update payment set refund_minor = 500 where id = $1", [rows[0].id]);
      expect(await gauge("evently_payments_captured_without_ticket"), "owed back").to.equal(0);
      expect(await gauge("evently_refunds_failed")).to.equal(failed + 1);
    } finally {
      await pool.query("delete from refund where payment_id = $1", [rows[0].id]);
      await pool.query("delete from payment where id = $1", [rows[0].id]);
    }
  });
});
