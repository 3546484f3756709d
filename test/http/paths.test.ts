import { expect } from "chai";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal } from "./unchanged.ts";

describe("a path", () => {
  const system = sharedSystem();
  const raw = (path: string, init?: RequestInit) => fetch(system().api.url + path, init);

  it("that is unknown is 404, a known one with a wrong method 405 with Allow", async () => {
    const { client, admin } = system();
    for (const path of [
      "/nowhere",
      "/events/1/2/3",
      "/bookings/1/cancel/now",
      "/admin",
      "//events",
      "/events;a=1",
    ]) {
      const reply = await client.get(path, { token: admin.token });
      expectRefusal(reply, { status: 404, code: "NOT_FOUND" }, path);
    }
    const root = await raw("/constructor");
    const { code } = (await root.json()) as { code: string };
    expect([root.status, code]).to.deep.equal([404, "NOT_FOUND"]);
    for (const [method, path, allowed] of [
      ["DELETE", "/events", ["GET", "HEAD", "POST"]],
      ["PATCH", "/bookings", ["GET", "HEAD", "POST"]],
      ["POST", `/events/${admin.userId}`, ["DELETE", "GET", "HEAD", "PATCH", "PUT"]],
      ["GET", "/bookings/x/cancel", ["PUT"]],
      ["GET", "/auth/login", ["POST"]],
      ["PROPFIND", "/auth/login", ["POST"]],
    ] as const) {
      const reply = await client.request(method, path, { token: admin.token });
      expectRefusal(reply, { status: 405, code: "METHOD_NOT_ALLOWED" }, `${method} ${path}`);
      expect((reply.headers.get("allow") ?? "").split(", ").sort()).to.deep.equal([...allowed]);
      const options = await client.request("OPTIONS", path);
      expect([options.status, options.headers.get("allow")]).to.deep.equal([200, reply.headers.get("allow")]);
    }
    const health = await raw("/health", { method: "POST" });
    expect([health.status, health.headers.get("allow")]).to.deep.equal([405, "HEAD, GET"]);
  });

  it("is the same with a slash at the end or other letters, and without a body for HEAD", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event();
    for (const path of [`/events/${event.id}/`, `/EVENTS/${event.id}`]) {
      expect((await client.get(path)).body.data.id).to.equal(event.id);
    }
    for (const path of ["/admin/events/", "/ADMIN/EVENTS", "/events/"]) {
      expect((await client.post(path, {})).status, path).to.equal(401);
      expect((await client.post(path, {}, { token })).status, path).to.equal(403);
    }
    const slashed = await client.post("/bookings/", { event_id: event.id, quantity: 1 }, { token });
    expect(slashed.headers.get("location")).to.equal(`/api/v1/bookings/${slashed.body.data.id}`);
    const head = await client.request("HEAD", `/events/${event.id}`);
    expect([head.status, head.body]).to.deep.equal([200, ""]);
    expect(head.headers.get("etag")).to.equal('"1.2"');
  });
});
