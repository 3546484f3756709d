import { expect } from "chai";
import { parse } from "csv-parse/sync";
import type { Reply } from "../support/client.ts";
import { exchange } from "../support/client.ts";
import { until } from "../support/until.ts";
import { GATEWAY_SECRET, type Person, sharedSystem } from "./shared-system.ts";

const TODAY = () => new Date().toISOString().slice(0, 10);

describe("analytics", () => {
  const system = sharedSystem();
  let owner: Person;
  let stranger: Person;
  // biome-ignore lint/suspicious/noExplicitAny: see Reply
  let event: any;

  const get = (path: string, { token }: Person): Promise<Reply> => system().client.get(path, { token });

  before(async () => {
    const { client, pool } = system();
    [owner, stranger] = [await system().organizer(), await system().organizer()];
    event = await client.createEvent(owner.token, {
      name: '=HYPERLINK("http://evil")',
      category: "music",
      price: 30,
      total_capacity: 6,
      price_tiers: [
        { tier: "Floor", price: 30, capacity: 4 },
        { tier: "Box", price: 90, capacity: 2 },
      ],
    });
    await client.get(`/events/${event.id}`);
    await client.get(`/events/${event.id}`);
    const buyers = await system().people(3);
    const book = async (at: number, quantity: number, tier: string) =>
      client.post(
        "/bookings",
        { event_id: event.id, quantity, tier },
        { token: (buyers[at] as Person).token },
      );
    const first = await book(0, 2, "Floor");
    expect((await book(1, 2, "Box")).status).to.equal(201);
    expect((await book(2, 2, "Floor")).status).to.equal(201);
    expect((await book(2, 1, "Floor")).status, "sold out").to.equal(409);
    await client.request("DELETE", `/bookings/${first.body.data.id}`, { token: (buyers[0] as Person).token });
    await pool.query("update users set name = '+cmd|calc' where id = $1", [(buyers[1] as Person).userId]);
    await until(
      "analytics are caught up",
      async () => {
        const { body } = await get(`/analytics/events/${event.id}`, owner);
        return body.data.funnel.viewed === 2 && body.data.funnel.lost.cancelled === 1;
      },
      20_000,
    );
  });

  it("say what an event comes to", async () => {
    const { status, body } = await get(`/analytics/events/${event.id}`, owner);
    expect(status).to.equal(200);
    expect(body.data).to.deep.include({
      event_id: event.id,
      total_bookings: 2,
      tickets: 4,
      revenue: 240,
      capacity_utilization: 0.6667,
      utilization: 66.67,
      waitlist_size: 0,
      conversion_rate: 0.75,
      cancellation_rate: 0.3333,
      booking_velocity: 0.125,
    });
    expect(body.data.peak_booking_time).to.match(/:00:00\.000Z$/);
    expect(body.data.tiers.map((tier: { tickets: number }) => tier.tickets)).to.deep.equal([2, 2]);
    expect(body.data.funnel).to.deep.include({ viewed: 2, tried: 4, held: 0, confirmed: 3 });
    const { refused_by_reason: refused, turned_away_by_reason: away } = body.data.funnel;
    const reasons = Object.values<{ requests: number; tickets: number }>({ ...refused, ...away });
    expect(reasons, "sold out, at a look or by decision").to.deep.equal([{ requests: 1, tickets: 1 }]);
    expect(body.data.is_rebuilding).to.equal(false);
    expect(body.data.lag_ms).to.be.lessThan(20_000);
  });

  it("add up an organizer's own events, and nobody else's", async () => {
    for (const path of ["/analytics", "/analytics/overview"]) {
      const own = (await get(path, owner)).body.data;
      expect(own, path).to.deep.include({
        total_events: 1,
        total_bookings: 2,
        total_revenue: 240,
        currency: "USD",
      });
      const other = (await get(path, stranger)).body.data;
      expect(other, path).to.deep.include({ total_events: 0, total_bookings: 0, total_revenue: 0 });
      const all = (await get(path, system().admin)).body.data;
      expect(all.total_events, path).to.be.at.least(1);
    }
    const { data } = (await get("/analytics", owner)).body;
    expect(data).to.deep.include({ average_response_time: null, cache_hit_ratio: null, active_users: 2 });
    expect((await get("/analytics", system().admin)).body.data.average_response_time).to.be.greaterThan(0);
  });

  it("are the same by day, tier and category", async () => {
    const { data } = (await get(`/analytics/revenue?start_date=${TODAY()}`, owner)).body;
    expect(data).to.deep.include({
      gross_revenue: 300,
      cancelled_revenue: 60,
      total_revenue: 240,
      captured: 0,
    });
    expect(data.revenue_by_category).to.deep.equal({ Box: 180, Floor: 60 });
    expect(data.revenue_by_event_category).to.deep.equal({ music: 240 });
    expect(data.by_day).to.deep.equal([
      {
        date: TODAY(),
        bookings: 3,
        tickets: 6,
        revenue: 300,
        cancelled: 1,
        cancelled_revenue: 60,
        net_bookings: 2,
        net_revenue: 240,
      },
    ]);
    const before = (await get("/analytics/revenue?start_date=2020-01-01&end_date=2020-01-31", owner)).body
      .data;
    expect(before).to.deep.include({ total_revenue: 0, start_date: "2020-01-01", end_date: "2020-01-31" });
    expect(before.by_day).to.deep.equal([]);
    expect((await get("/analytics/revenue?currency=eur", owner)).body.data).to.deep.include({
      currency: "EUR",
      total_revenue: 0,
    });
  });

  for (const path of ["/analytics/dashboard", "/admin/analytics/dashboard"]) {
    it(`show all of it at a glance: ${path}`, async () => {
      const { data } = (await get(`${path}?start_date=${TODAY()}&end_date=${TODAY()}`, owner)).body;
      expect(data.overview).to.deep.equal({ total_events: 1, total_bookings: 2, total_revenue: 240 });
      expect(data.summary).to.deep.include({ total_bookings: 2, average_capacity_utilization: 66.67 });
      expect(data.top_events).to.have.length(1);
      expect(data.top_events[0]).to.deep.include({
        event_id: event.id,
        bookings: 2,
        revenue: 240,
        utilization: 66.67,
      });
      expect(data.booking_trends[0]).to.deep.include({ date: TODAY(), bookings: 3, revenue: 300 });
      expect(data.funnel.confirmed).to.equal(3);
      expect(data.realtime.last_hour.bookings).to.equal(3);
      const { performance } = (await get(path, system().admin)).body.data;
      expect(performance.avg_response_ms).to.be.greaterThan(0);
      expect(performance.cache_hit_ratio).to.be.within(0, 100);
    });
  }

  it("list events in pages, in the order that is asked for", async () => {
    for (const sort of ["revenue", "bookings", "utilization", "starts_at"]) {
      const { body } = await get(`/analytics/events?sort=${sort}&limit=1`, owner);
      expect(body).to.deep.include({ count: 1 });
      expect(body.data[0].event_id).to.equal(event.id);
      expect(body.pagination.total).to.equal(1);
    }
  });

  it("put people into segments", async () => {
    const { data } = (await get("/analytics/segments", owner)).body;
    expect(data.people).to.equal(2);
    const of = (name: string) => data.segments.find(({ segment }: { segment: string }) => segment === name);
    expect(of("new").people + of("big_spenders").people).to.equal(2);
    expect(
      data.segments.reduce((sum: number, { revenue }: { revenue: number }) => sum + revenue, 0),
    ).to.equal(240);
    expect((await get("/analytics/segments?currency=EUR", owner)).body.data.people).to.equal(0);
  });

  it("follow what goes on, as server-sent events for who accepts them", async () => {
    const once = (await get("/analytics/realtime", owner)).body.data;
    expect(once.last_hour).to.deep.include({ bookings: 3, cancelled: 1 });
    const base = `${system().api.url}/api/v1`;
    const headers = { accept: "text/event-stream" };
    const stream = await exchange(base, {
      method: "GET",
      path: "/analytics/realtime?events=1",
      token: owner.token,
      headers,
    });
    expect(stream.headers.get("content-type")).to.match(/^text\/event-stream/);
    expect(stream.body).to.match(/^event: realtime\nid: 1\ndata: \{"last_minute"/);
    for (const [token, status] of [
      [undefined, 401],
      [(await system().person()).token, 403],
    ] as const) {
      const asked = {
        method: "GET",
        path: "/analytics/realtime",
        headers,
        ...(token === undefined ? {} : { token }),
      };
      expect((await exchange(base, asked)).status).to.equal(status);
    }
  });

  it("export rows that a spreadsheet takes for text", async () => {
    const rowsOf = async (file: string, person: Person, query = "") => {
      const reply = await get(`/analytics/export/${file}.csv${query}`, person);
      expect(reply.status).to.equal(200);
      expect(reply.headers.get("content-type")).to.equal("text/csv; charset=utf-8");
      return parse(reply.body, { columns: true }) as Record<string, string>[];
    };
    const bookings = await rowsOf("bookings", owner);
    expect(bookings.map(({ status }) => status).toSorted()).to.deep.equal([
      "cancelled",
      "confirmed",
      "confirmed",
    ]);
    expect(bookings[0]?.event).to.equal(`'=HYPERLINK("http://evil")`);
    expect(bookings.reduce((sum, { total_amount: total }) => sum + Number(total), 0)).to.equal(300);
    const attendees = await rowsOf("attendees", owner, `?event_id=${event.id}`);
    expect(attendees.map(({ name }) => name))
      .to.include("'+cmd|calc")
      .and.have.length(2);
    const revenue = await rowsOf("revenue", owner, `?start_date=${TODAY()}`);
    expect(revenue).to.have.length(1);
    expect(revenue[0]).to.include({
      bookings: "3",
      gross_revenue: "300",
      cancelled_revenue: "60",
      exchanged_revenue: "0",
    });
    expect(await rowsOf("bookings", stranger)).to.deep.equal([]);
    expect(await rowsOf("bookings", owner, "?end_date=2020-01-01")).to.deep.equal([]);
  });

  it("tell nobody whether somebody else's event is there", async () => {
    const unknown = "0197c1a4-7c00-7000-8000-00000000dead";
    for (const path of [
      "/analytics/events/ID",
      "/analytics/funnel?event_id=ID",
      "/analytics/export/attendees.csv?event_id=ID",
    ]) {
      const [foreign, missing] = await Promise.all(
        [event.id, unknown].map((id) => get(path.replace("ID", id), stranger)),
      );
      expect(foreign?.status, path).to.equal(404);
      const { timestamp: _, request_id: __, ...told } = foreign?.body ?? {};
      expect(missing?.body, path).to.deep.include(told);
    }
  });

  it("begin where all dates that follow from a day are dates", async () => {
    const { status, body } = await get("/analytics/revenue?end_date=1000-01-05", owner);
    expect(status).to.equal(200);
    expect(body.data).to.deep.include({ start_date: "0999-12-07", end_date: "1000-01-05", total_revenue: 0 });
    const refused = (await get("/analytics/revenue?start_date=0000-01-01&end_date=0000-01-02", owner)).body;
    expect(refused.details.start_date).to.equal("must be in year 1000 or later");
    for (const path of ["/analytics/funnel", "/analytics/dashboard", "/analytics/export/bookings.csv"])
      for (const person of [owner, system().admin])
        expect((await get(`${path}?end_date=1000-01-01`, person)).status, path).to.equal(200);
  });

  it("say what is wrong with a question", async () => {
    for (const [path, field] of [
      ["/analytics/revenue?start_date=yesterday", "start_date"],
      ["/analytics/revenue?start_date=2026-02-30", "start_date"],
      ["/analytics/revenue?start_date=0000-01-01&end_date=0000-01-02", "start_date"],
      ["/analytics/dashboard?end_date=0000-01-01", "end_date"],
      ["/analytics/export/revenue.csv?end_date=0000-12-31", "end_date"],
      ["/analytics/dashboard?start_date=2026-02-03&end_date=2026-02-01", "end_date"],
      ["/analytics/dashboard?start_date=2016-02-03&end_date=2026-02-01", "end_date"],
      ["/analytics?currency=dollars", "currency"],
      ["/analytics/events?sort=name", "sort"],
      ["/analytics/events/17", "id"],
      ["/analytics/export/users.csv", "file"],
    ] as const) {
      const { status, body } = await get(path, owner);
      expect(status, path).to.equal(400);
      expect(body.details, path).to.have.property(field);
    }
    const user = await system().person();
    for (const path of ["/analytics", "/analytics/segments", "/analytics/export/bookings.csv"]) {
      expect((await get(path, user)).status, path).to.equal(403);
    }
  });

  it("are on surface A in camelCase", async () => {
    const base = `${system().api.url}/api`;
    const ask = (path: string, token = owner.token) => exchange(base, { method: "GET", path, token });
    expect((await ask("/analytics/overview")).body).to.deep.include({
      totalEvents: 1,
      totalBookings: 2,
      totalRevenue: 240,
    });
    const revenue = (await ask("/analytics/revenue")).body;
    expect(revenue.revenueByCategory).to.deep.equal({ Box: 180, Floor: 60 });
    expect(revenue.byDay[0].netRevenue).to.equal(240);
    const events = await ask("/analytics/events");
    expect(events.headers.get("x-total-count")).to.equal("1");
    expect(events.body[0]).to.deep.include({ eventId: event.id, capacityUtilization: 0.6667 });
    expect((await ask("/analytics/overview", (await system().person()).token)).status).to.equal(403);
  });

  it("are on surface B as 003 has them", async () => {
    const base = system().api.url;
    const own = await exchange(base, { method: "GET", path: "/admin/analytics", token: owner.token });
    expect(own.body).to.deep.include({
      total_bookings: 3,
      active_bookings: 2,
      cancelled_bookings: 1,
      cancellation_rate: 0.3333,
    });
    expect(own.body.daily_stats).to.deep.equal([
      { date: TODAY(), bookings: 3, cancellations: 1, revenue: 300 },
    ]);
    expect(own.body.seat_utilization[0]).to.deep.include({
      total_seats: 6,
      booked_seats: 4,
      utilization: 66.67,
    });
    const headers = { "x-user-role": "admin", "x-evently-gateway-secret": GATEWAY_SECRET };
    expect((await exchange(base, { method: "GET", path: "/admin/analytics", headers })).status).to.equal(200);
    const bare = await exchange(base, {
      method: "GET",
      path: "/admin/analytics",
      headers: { "x-user-role": "admin" },
    });
    expect(bare.status).to.equal(401);
  });
});
