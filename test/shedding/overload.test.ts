import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import pg from "pg";
import { createUsers } from "../../bench/lib/users.ts";
import { Client } from "../support/client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { type Role, startRole } from "../support/system.ts";
import { until } from "../support/until.ts";

const JWT_SECRET = "a-signing-secret-of-the-overload-tests-long-enough";
const BUYERS = 40;
const HOLDS = 8;
const OVERLOAD_MS = 3_000;
/** The API may run for so long of each period: whatever machine this is, that is less than what is asked of it. */
const PERIOD_MS = 400;
const RUN_MS = 60;
/** A loop that is late by this much on average is late because of that, and not on any quiet or busy machine without it. */
const ENV = { JWT_SECRET, SHED_LOOP_DELAY_MS: "60", SHED_ACCEPT_WAIT_MS: "500", SHED_POOL_WAIT_MS: "250" };

interface Seen {
  readonly status: number;
  readonly retryAfterS: number | null;
  readonly code: string | null;
}

describe("an API process of which more is asked than it can do", () => {
  let database: TestDatabase;
  let roles: readonly Role[];
  let api: Role;
  let client: Client;
  let pool: pg.Pool;
  let admin: string;
  let tokens: readonly string[];

  before(async () => {
    database = await createTestDatabase();
    roles = await Promise.all(
      (["api", "booking", "effects"] as const).map((role) => startRole(role, database.url, ENV)),
    );
    api = roles[0] as Role;
    client = new Client(api.url);
    pool = new pg.Pool({ connectionString: database.url, max: 2 });
    const common = { secret: JWT_SECRET };
    admin = (await createUsers(pool, { ...common, count: 1, role: "admin" }))[0]?.token as string;
    const people = await createUsers(pool, { ...common, count: BUYERS + HOLDS, role: "user" });
    tokens = people.map(({ token }) => token);
  });
  after(async () => {
    await pool.end();
    await Promise.all(roles.map((role) => role.stop()));
    await database.drop();
  });

  /** Everybody books again as soon as they are answered, whatever the answer was. */
  async function overload(eventId: string, work: () => Promise<void>): Promise<readonly Seen[]> {
    const seen: Seen[] = [];
    let isOver = false;
    const body = JSON.stringify({ event_id: eventId, quantity: 1 });
    const buy = async (token: string) => {
      while (!isOver) {
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
        const reply = await fetch(`${api.url}/api/v1/bookings`, { method: "POST", headers, body });
        const { code = null } = (await reply.json()) as { code?: string };
        const after = reply.headers.get("retry-after");
        seen.push({ status: reply.status, code, retryAfterS: after === null ? null : Number(after) });
      }
    };
    const slow = async () => {
      while (!isOver) {
        api.kill("SIGSTOP");
        await sleep(PERIOD_MS - RUN_MS);
        api.kill("SIGCONT");
        await sleep(RUN_MS);
      }
    };
    const buyers = [slow(), ...tokens.slice(0, BUYERS).map(buy)];
    try {
      await work();
    } finally {
      isOver = true;
      await Promise.all(buyers);
    }
    return seen;
  }

  async function shedCounts(): Promise<Record<string, number>> {
    const text = await (await fetch(`${api.url}/metrics`)).text();
    const lines = text.matchAll(/^evently_shed_total\{class="(\w+)",reason="(\w+)"\} (\d+)$/gm);
    return Object.fromEntries(
      [...lines].map(([, loadClass, reason, count]) => [`${loadClass} ${reason}`, Number(count)]),
    );
  }

  it("turns new bookings away and lets every purchase be finished, and health be asked for", async () => {
    const event = await client.createEvent(admin, { total_capacity: 1_000_000 });
    const paid = await client.createEvent(admin, {
      total_capacity: 1_000,
      price: 30,
      requires_payment: true,
    });
    const held = await Promise.all(
      tokens.slice(BUYERS).map(async (token) => ({
        token,
        id: (await client.book(token, paid.id, 1)).body.data.id as string,
      })),
    );
    const finished: (readonly [what: string, status: number])[] = [];
    let health = 0;
    const seen = await overload(event.id, async () => {
      const endMs = performance.now() + OVERLOAD_MS;
      // Not before it is shedding: then these are asked for in the middle of it.
      await until("new bookings are shed", async () => (await shedCounts())["entering loop"], 20_000);
      for (const [at, { token, id }] of held.entries()) {
        const confirmed = await client.post(
          `/bookings/${id}/confirm`,
          { payment_token: "tok_success" },
          { token },
        );
        finished.push(["confirm", confirmed.status]);
        finished.push(["poll", (await client.get(`/bookings/${id}`, { token })).status]);
        if (at % 2 === 0) {
          finished.push([
            "cancel",
            (await client.request("PUT", `/bookings/${id}/cancel`, { token })).status,
          ]);
        }
        const probe = await fetch(`${api.url}/health`);
        await probe.text();
        if (probe.status === 200) health += 1;
      }
      await sleep(Math.max(0, endMs - performance.now()));
    });

    const shed = seen.filter(({ status }) => status === 503);
    expect(shed.length, `503 of ${seen.length}`).to.be.above(0);
    for (const { code, retryAfterS } of shed) {
      expect(code).to.equal("OVERLOADED");
      expect(retryAfterS).to.be.within(1, 30);
    }
    // What was let in was decided: nothing collapses.
    const booked = seen.filter(({ status }) => status === 201).length;
    expect(booked).to.be.above(0);
    expect(seen.filter(({ status }) => status !== 201 && status !== 202 && status !== 503)).to.deep.equal([]);

    expect(finished.filter(([, status]) => status < 200 || status >= 300)).to.deep.equal([]);
    expect(finished).to.have.length(2 * HOLDS + HOLDS / 2);
    expect(health).to.equal(HOLDS);

    const counts = await shedCounts();
    // By the loop nearly all of them, some by accepts that waited while the process did not run.
    const entering = Object.entries(counts).filter(([what]) => what.startsWith("entering "));
    expect(entering.reduce((sum, [, count]) => sum + count, 0)).to.equal(shed.length);
    const { rows } = await pool.query(
      "select count(*)::integer as count from booking where event_id = $1 and status = 'confirmed'",
      [event.id],
    );
    expect(rows[0].count).to.be.at.least(booked);
  });

  it("takes new bookings again soon after", async () => {
    const event = await client.createEvent(admin, { total_capacity: 1_000_000 });
    const [token = ""] = tokens;
    let inARow = 0;
    await until(
      "five bookings in a row",
      async () => {
        inARow = (await client.book(token, event.id, 1)).status === 201 ? inARow + 1 : 0;
        return inARow >= 5;
      },
      40_000,
    );
  });
});
