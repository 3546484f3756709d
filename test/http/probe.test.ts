import { sharedSystem } from "./shared-system.ts";

describe("probe", () => {
  const system = sharedSystem();
  it("x", async function () {
    this.timeout(60000);
    const { client, admin, person } = system();
    const p = await system().person();
    const e = await system().event();
    console.log(JSON.stringify(e, null, 1));
    const show = (n: string, r: any) =>
      console.log(n, r.status, JSON.stringify(r.body), JSON.stringify(Object.fromEntries(r.headers)));
    const b = await client.book(p.token, e.id, 2);
    show("book", b);
    const id = b.body.data.id;
    show("delete with body", await client.request("DELETE", `/bookings/${id}`, { token: p.token, body: {} }));
    show(
      "delete null body",
      await client.request("PUT", `/bookings/${id}/cancel`, { token: p.token, body: "null" }),
    );
    show("put", await client.request("PUT", `/bookings/${id}/cancel`, { token: p.token }));
    show("405", await client.request("PUT", `/bookings`, { token: p.token }));
    show("404", await client.request("PUT", `/nope`, { token: p.token }));
    show("options", await client.request("OPTIONS", `/bookings`, { token: p.token }));
    show(
      "proto",
      await client.request("POST", `/bookings`, {
        token: p.token,
        body: '{"__proto__":{"a":1}, "event_id":"x"}',
      }),
    );
    show(
      "constructor",
      await client.request("POST", `/bookings`, {
        token: p.token,
        body: '{"constructor":{"prototype":1}, "event_id":"x"}',
      }),
    );
    const past = { name: "a", venue: "v", event_date: "2020-01-01T00:00:00Z", total_capacity: 1, price: 1 };
    for (const _ of [1, 2])
      show(
        "past",
        await client.post("/events", past, { token: admin.token, headers: { "idempotency-key": "k1" } }),
      );
    show("list", await client.get("/events?limit=1&category=%00"));
    show("vary", await client.get(`/events/${e.id}`, { headers: { origin: "https://shop.example.com" } }));
    show(
      "json+",
      await client.request("DELETE", `/bookings/${id}`, {
        token: p.token,
        body: "{}",
        headers: { "content-type": "application/foo+json" },
      }),
    );
    show("trailing", await client.post(`/bookings/`, { event_id: e.id, quantity: 1 }, { token: p.token }));
    show("case", await client.post(`/BOOKINGS`, { event_id: e.id, quantity: 1 }, { token: p.token }));
    show("prefer", await client.book(p.token, e.id, 1, { headers: { prefer: "respond-async" } }));
    show("problem", await client.book(p.token, e.id, 9, { headers: { accept: "application/problem+json" } }));
    show(
      "longdesc",
      await client.request("PUT", `/events/${e.id}`, {
        token: admin.token,
        body: { description: "x".repeat(5000) },
      }),
    );
    const m = await fetch(`${system().api.url}/metrics`);
    console.log(m.status, await m.text(), JSON.stringify(Object.fromEntries(m.headers)));
    console.log(system().api.output.join("").slice(0, 3000));
  });
});
