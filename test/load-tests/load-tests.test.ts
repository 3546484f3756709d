import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { ENDPOINTS, SCENARIO_NAMES } from "../../src/load-tests/scenarios.ts";
import { stepAnalytics } from "../../src/store/analytics/step.ts";
import { createPool } from "../../src/store/database.ts";
import { stockFigures } from "../../src/store/queries/sale-gauges.ts";
import { sharedSystem } from "../http/shared-system.ts";
import { Client } from "../support/client.ts";
import { silent } from "../support/postgres.ts";
import { descendantsOf } from "../support/processes.ts";
import { type Role, startRole } from "../support/system.ts";
import { until } from "../support/until.ts";

const LONG = { scenario: "event-list", concurrent_users: 2, duration_seconds: 60 };

describe("load tests", () => {
  const system = sharedSystem();

  const start = (body: unknown, token = system().admin.token) =>
    system().client.post("/load-test/start", body, { token });
  const status = async (id: string, client = system().client) =>
    (await client.get(`/load-test/status/${id}`, { token: system().admin.token })).body.data;
  const ended = (id: string, msMax = 30_000) =>
    until(
      "the end of a load test",
      async () => {
        const test = await status(id);
        return test.status !== "running" && test;
      },
      msMax,
    );
  /** The process that asks. */
  const asker = async (api: Role) => {
    const has = (pid: number) => commandOf(pid).then((line) => line.includes("load-tests/load-process"));
    return await until("a process that asks", async () => {
      for (const pid of descendantsOf(api.pid)) if (await has(pid)) return pid;
      return null;
    });
  };

  it("answer as the documents print it, tell how far they are, and what they came to", async () => {
    const asked = { concurrent_users: 4, duration_seconds: 3, endpoint: "/api/v1/events", ramp_up_time: 1 };
    const reply = await start(asked);
    expect(reply.status, JSON.stringify(reply.body)).to.equal(202);
    const { test_id: id, status: first, estimated_completion: completion, data } = reply.body;
    expect(first).to.equal("running");
    expect(reply.headers.get("location")).to.equal(`/api/v1/load-test/status/${id}`);
    expect(Date.parse(completion) - Date.parse(data.started_at)).to.equal(3_000);
    expect(data).to.include({ ...asked, scenario: "event-list", method: "GET", results: null });

    const underWay = await until("figures while it runs", async () => {
      const test = await status(id);
      return test.status === "running" && test.results?.total_requests > 0 && test;
    });
    const last = await ended(id);
    expect(last.status, last.failure).to.equal("completed");
    const { results } = last;
    expect(results.total_requests).to.be.at.least(underWay.results.total_requests);
    expect(results.failed_requests).to.equal(results.total_requests - results.successful_requests);
    expect(results.successful_requests).to.be.above(0);
    // More than once may be too much for a person, but it is the list that is asked for.
    expect(["429", "503"]).to.include.members(Object.keys(results.refused_by_status));
    expect(results.elapsed_seconds).to.be.within(2.9, 10);
    expect(results.requests_per_second).to.be.closeTo(results.total_requests / results.elapsed_seconds, 1);
    const { avg_response_time: mean, p50_response_time: p50, p95_response_time: p95 } = results;
    expect(p95).to.be.at.least(p50);
    expect(results.max_response_time).to.be.at.least(p95);
    expect(mean).to.be.within(0.01, results.max_response_time);

    const { body } = await system().client.get("/load-test/benchmarks", { token: system().admin.token });
    expect(body.data.history[0]).to.deep.equal(last);
    const mine = body.data.benchmarks.find(({ scenario }: { scenario: string }) => scenario === "event-list");
    expect(mine.latest).to.deep.equal(last);
    expect(mine.best.results.successful_per_second).to.be.at.least(results.successful_per_second);
  });

  it("book tickets of an event of their own that nobody sees, and leave nothing behind that can do anything", async () => {
    const { client, pool } = system();
    const before = (await client.get("/events")).body.pagination.total;
    const stock = await stockFigures(pool);
    const { body } = await start({ scenario: "hot-100", concurrent_users: 3, duration_seconds: 2 });
    const id = body.test_id;
    const listed = async () => {
      const list = await client.get("/events?search=Load%20test");
      const popular = await client.get("/events/popular?limit=100");
      return [...list.body.data, ...popular.body.data].filter(
        ({ name }: { name: string }) => name === "Load test",
      );
    };
    await until("bookings", async () => (await status(id)).results?.successful_requests > 0);
    expect(await listed()).to.deep.equal([]);
    expect(await stockFigures(pool)).to.deep.equal(stock);
    const last = await ended(id);
    expect(last.status, last.failure).to.equal("completed");
    expect(["429", "503"]).to.include.members(Object.keys(last.results.refused_by_status));
    expect(await listed()).to.deep.equal([]);
    expect((await client.get("/events")).body.pagination.total).to.equal(before);

    const { rows: events } = await pool.query(
      "select e.event_id, e.status from load_test_event l join event e using (event_id) where l.test_id = $1",
      [id],
    );
    expect(events).to.have.length(1);
    const [{ event_id: eventId }] = events;
    const sold = "select count(*)::integer as count from ledger where event_id = $1";
    expect((await pool.query(sold, [eventId])).rows[0].count).to.be.above(last.results.successful_requests);
    await until(
      "the event is cancelled with all its bookings",
      async () => {
        const { rows } = await pool.query(
          `select (select status from event where event_id = $1) as status,
                (select count(*)::integer from booking where event_id = $1 and status <> 'cancelled') as live`,
          [eventId],
        );
        return rows[0].status === "cancelled" && rows[0].live === 0;
      },
      15_000,
    );
    const { rows: buyers } = await pool.query(
      `select count(*)::integer as count from load_test_buyer b join users u on u.id = b.user_id
        where b.test_id is not null or u.is_active or exists (select from session s where s.user_id = u.id)`,
    );
    expect(buyers[0].count).to.equal(0);
    const { rows: mails } = await pool.query(
      `select count(*)::integer as count from notification_delivery d join notification n on n.id = d.notification_id
        join load_test_buyer b on b.user_id = n.user_id where d.channel in ('email', 'sms', 'push')`,
    );
    expect(mails[0].count).to.equal(0);
    // Added up is what is somebody's business, such as this event.
    const mine = await system().event();
    const books = createPool({ url: system().database.url, name: "test-analytics", max: 8, log: silent });
    const added = async () => {
      await stepAnalytics(books, 100_000);
      const { rows } = await pool.query("select event_id as id from analytics_event");
      return rows.map((row) => row.id);
    };
    await until("an event that is added up", async () => (await added()).includes(mine.id));
    expect(await added()).not.to.include(eventId);
    await books.end();
  });

  it("hold to limits on requests like anybody: what is too much for a person is refused", async () => {
    const { database } = system();
    const api = await startRole("api", database.url, {
      JWT_SECRET: "a-signing-secret-of-the-http-tests-long-enough",
      RATE_LIMITS: "event_reads=5/60",
    });
    try {
      const client = new Client(api.url);
      const { token } = system().admin;
      const { body } = await client.post(
        "/load-test/start",
        { scenario: "event-list", concurrent_users: 2, duration_seconds: 1 },
        { token },
      );
      const { results } = await ended(body.test_id);
      // Five each, and fewer where limits are tightened because this machine is busy.
      expect(results.successful_requests).to.be.within(2, 10);
      expect(Object.keys(results.refused_by_status)).to.deep.equal(["429"]);
    } finally {
      await api.stop();
    }
  });

  it("run one at a time in the whole installation", async () => {
    const { admin } = system();
    const other = await system().anotherApi();
    try {
      const replies = await Promise.all(
        [system().client, new Client(other.url), system().client, new Client(other.url)].map((one) =>
          one.post("/load-test/start", { ...LONG, duration_seconds: 2 }, { token: admin.token }),
        ),
      );
      const statuses = replies.map(({ status: one }) => one).sort();
      expect(statuses).to.deep.equal([202, 409, 409, 409]);
      for (const { status: one, body } of replies)
        if (one === 409) expect(body.code).to.equal("LOAD_TEST_RUNNING");
      const started = replies.find(({ status: one }) => one === 202);
      expect((await ended(started?.body.test_id)).status).to.equal("completed");
    } finally {
      await other.stop();
    }
  });

  it("fail at once where the process that asks is killed, and are not in the way of the next", async () => {
    const { body } = await start(LONG);
    process.kill(await asker(system().api), "SIGKILL");
    const last = await ended(body.test_id);
    expect(last).to.include({ status: "failed" });
    expect(last.failure).to.match(/SIGKILL/);
    const next = await start({ ...LONG, duration_seconds: 1 });
    expect(next.status).to.equal(202);
    expect((await ended(next.body.test_id)).status).to.equal("completed");
  });

  it("fail where the server that runs them is killed, and are found out and cleared by another", async () => {
    const { pool, admin } = system();
    const other = await system().anotherApi();
    const { body } = await new Client(other.url).post(
      "/load-test/start",
      { ...LONG, scenario: "hot-1" },
      { token: admin.token },
    );
    const id = body.test_id;
    const pid = await asker(other);
    other.kill("SIGKILL");
    await until("the process that asked is gone, too", async () => (await commandOf(pid)) === "");
    expect((await status(id)).status).to.equal("running");
    await pool.query("update load_test set heard_at = now() - interval '20 seconds' where id = $1", [id]);
    const last = await status(id);
    expect(last).to.include({ status: "failed", failure: "whoever ran it is not there any more" });
    await until("its event is cancelled", async () => {
      const { rows } = await pool.query(
        "select e.status from load_test_event l join event e using (event_id) where l.test_id = $1",
        [id],
      );
      return rows.every((row) => row.status === "cancelled");
    });
  });

  it("are cleared by whoever looks next where that failed at their end, each event once", async () => {
    const { pool, admin } = system();
    const left = async (id: string) => {
      const { rows } = await pool.query(
        `select (select count(*)::integer from load_test_buyer b join users u on u.id = b.user_id
                  where b.test_id = $1 and u.is_active) as buyers,
                (select count(*)::integer from load_test_event l join event e using (event_id)
                  where l.test_id = $1 and e.status = 'active') as events`,
        [id],
      );
      return rows[0];
    };
    await pool.query(`
      create function stay() returns trigger language plpgsql as $$ begin raise 'not now'; end $$;
      create trigger stay before update on load_test_buyer
        for each row when (new.test_id is null) execute function stay()`);
    const { body } = await start({ scenario: "spread-1000", concurrent_users: 2, duration_seconds: 1 });
    const id = body.test_id;
    try {
      expect((await ended(id)).status).to.equal("completed");
      expect(await left(id)).to.deep.equal({ buyers: 2, events: 100 });
    } finally {
      await pool.query("drop trigger stay on load_test_buyer; drop function stay()");
    }
    const other = await system().anotherApi();
    try {
      // Whatever is asked for, and by however many at once.
      const client = new Client(other.url);
      await Promise.all([client.get("/load-test/benchmarks", admin), status(id, client), status(id, client)]);
      expect((await left(id)).buyers).to.equal(0);
      await until("its events are cancelled", async () => {
        await status(id, client);
        return (await left(id)).events === 0;
      });
    } finally {
      await other.stop();
    }
    const { rows } = await pool.query(
      `select g.type, count(*)::integer as count from load_test_event l join ledger g using (event_id)
        where l.test_id = $1 and g.command->>'type' = 'CancelEvent' group by 1`,
      [id],
    );
    expect(rows).to.deep.equal([{ type: "EventCancelled", count: 100 }]);
  });

  it("stop where another process took them for over, so that one runs at a time all the same", async () => {
    const { pool, api } = system();
    const { body } = await start(LONG);
    const first = await asker(api);
    await pool.query("update load_test set heard_at = now() - interval '20 seconds' where id = $1", [
      body.test_id,
    ]);
    expect(await status(body.test_id)).to.include({ status: "failed" });
    await until("the process that asked is gone", async () => (await commandOf(first)) === "");
    const next = await start({ ...LONG, duration_seconds: 1 });
    expect(next.status).to.equal(202);
    expect((await ended(next.body.test_id)).status).to.equal("completed");
    expect(await status(body.test_id)).to.include({
      status: "failed",
      failure: "whoever ran it is not there any more",
    });
  });

  it("end with the server that runs them, which does not wait for them", async () => {
    const other = await system().anotherApi();
    const { body } = await new Client(other.url).post("/load-test/start", LONG, {
      token: system().admin.token,
    });
    await asker(other);
    expect(await other.stop()).to.equal(0);
    expect(await status(body.test_id)).to.include({ status: "failed", failure: "the server was shut down" });
  });

  it("are refused with what is accepted where they are too much, or ask for something else", async () => {
    for (const [field, body] of [
      ["scenario", {}],
      ["scenario", { scenario: "hot-1", endpoint: "/api/v1/events" }],
      ["scenario", { scenario: "everything" }],
      ["concurrent_users", { ...LONG, concurrent_users: 1_001 }],
      ["duration_seconds", { ...LONG, duration_seconds: 601 }],
      ["ramp_up_time", { ...LONG, ramp_up_time: 61 }],
      ["requests_max", { scenario: "hot-1", requests_max: 200_001 }],
      ["url", { ...LONG, url: "http://example.com/" }],
      ["headers", { ...LONG, headers: {} }],
    ] as const) {
      const reply = await start(body);
      expect(reply.status, field).to.equal(400);
      expect(reply.body.details, JSON.stringify(reply.body)).to.have.property(field);
    }
    const { body } = await start({ scenario: "everything" });
    for (const name of SCENARIO_NAMES) expect(body.details.scenario).to.include(name);
    const wrong = await start({ endpoint: "/api/v1/users" });
    for (const endpoint of ENDPOINTS) expect(wrong.body.details.endpoint).to.include(endpoint);
  });

  it("are not there for an unknown or malformed id", async () => {
    const token = system().admin.token;
    const unknown = await system().client.get("/load-test/status/0197c1a4-7c00-7000-8000-000000000000", {
      token,
    });
    expect([unknown.status, unknown.body.code]).to.deep.equal([404, "LOAD_TEST_NOT_FOUND"]);
    expect((await system().client.get("/load-test/status/1", { token })).status).to.equal(400);
  });

  it("are switched off in production unless it says that it means them", async () => {
    const { database, admin } = system();
    const production = {
      NODE_ENV: "production",
      PAYMENT_PROVIDER: "test",
      JWT_SECRET: "a-signing-secret-of-the-http-tests-long-enough",
    };
    for (const [env, expected] of [
      [production, 403],
      [{ LOAD_TESTS: "disabled", JWT_SECRET: production.JWT_SECRET }, 403],
      [{ ...production, LOAD_TESTS: "production" }, 202],
    ] as const) {
      const api = await startRole("api", database.url, env);
      try {
        const body = { scenario: "event-list", concurrent_users: 1, duration_seconds: 1 };
        const reply = await new Client(api.url).post("/load-test/start", body, { token: admin.token });
        expect(reply.status, JSON.stringify(reply.body)).to.equal(expected);
        if (expected === 202) await ended(reply.body.test_id);
        else expect(reply.body.code).to.equal("LOAD_TESTS_DISABLED");
      } finally {
        await api.stop();
      }
    }
  });
});

/** The command line of a process; empty where there is none. */
async function commandOf(pid: number): Promise<string> {
  return await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
}
