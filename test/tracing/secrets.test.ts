import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { until } from "../support/until.ts";
import { startCollector } from "./collector.ts";
import { TracedSystem } from "./world.ts";

/** Nobody guesses it, and nothing else contains it. */
const planted = (what: string) => `planted-${what}-${randomBytes(9).toString("hex")}`;

describe("what is kept and exported of traces", () => {
  let collector: Awaited<ReturnType<typeof startCollector>>;
  let system: TracedSystem;

  before(async () => {
    collector = await startCollector();
    const OTEL_EXPORTER_OTLP_ENDPOINT = collector.endpoint;
    system = await TracedSystem.start({ TRACE_SAMPLE_RATIO: "1", OTEL_EXPORTER_OTLP_ENDPOINT });
  });
  after(async () => {
    await system.stop();
    collector.close();
  });

  it("holds no secret, no address, no path and no id of a person or a booking", async () => {
    const { client, adminToken, pool, api } = system;
    const email = `${planted("mail")}@example.com`;
    const password = planted("password");
    const registered = await client.post("/auth/register", { email, name: planted("name"), password });
    const { token, refresh_token: refresh, user } = registered.body.data;
    const secrets = [email, password, token, refresh, user.id];
    const login = await client.post("/auth/login", { email, password });
    secrets.push(login.body.data.token, login.body.data.refresh_token);
    await client.post("/auth/login", { email, password: `${password}-wrong` });
    await client.post("/auth/register", { email, name: "again", password });
    const query = planted("query");
    secrets.push(query);
    await client.get(`/events?search=${query}&token=${token}`, { token });
    await client.get(`/events?status=${query}`);
    const path = planted("path");
    const agent = planted("agent");
    secrets.push(path, agent);
    await fetch(`${api.url}/${path}?${query}`, { headers: { "user-agent": agent, cookie: `a=${agent}` } });
    const { id } = await system.event();
    const booked = await client.book(token, id, 1, { headers: { "idempotency-key": planted("key") } });
    const booking = booked.body.data;
    secrets.push(booking.id, booking.booking_reference);
    await client.get(`/bookings/${booking.id}`, { token });
    await client.get(`/bookings/reference/${booking.booking_reference}`, { token });
    await client.get(`/bookings/user/${user.id}`, { token });
    await client.request("DELETE", `/bookings/${booking.id}`, { token });
    await client.post(
      "/notifications/send",
      { user_id: user.id, type: "test", title: query, message: path },
      {
        token: adminToken,
      },
    );
    await client.get(`/notifications/user/${user.id}`, { token });
    const expected = ["DELETE /api/v1/bookings/:id", "turn CancelBooking", "booking-insert", "deliver email"];
    const kept = await until(
      "all spans",
      async () => {
        const { rows } = await pool.query<{ row: string }>("select trace_part::text as row from trace_part");
        const text = rows.map(({ row }) => row).join("\n");
        return expected.every((name) => text.includes(name)) && text;
      },
      20_000,
    );
    const exported = await until(
      "the export of all spans",
      () => {
        const text = collector.received.map((one) => one.text).join("\n");
        return expected.every((name) => text.includes(name)) && text;
      },
      20_000,
    );
    for (const [where, text] of Object.entries({ kept, exported })) {
      for (const secret of secrets) expect(text.includes(secret), `${secret} is ${where}`).to.equal(false);
      expect(text.includes("planted-"), where).to.equal(false);
      expect(text, where).not.to.contain("example.com");
    }
  });
});
