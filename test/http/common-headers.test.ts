import { request } from "node:http";
import { expect } from "chai";
import { ask } from "../support/bare-client.ts";
import { ALLOWED_ORIGIN, sharedSystem } from "./shared-system.ts";

/** The origin, too: this system has pages of another one. */
const VARY = "Authorization, Accept, Accept-Encoding, Origin";
const PRIVATE = "private, no-store";
const NOBODY = "00000000-0000-7000-8000-000000000000";

describe("headers that all replies have", () => {
  const system = sharedSystem();
  const send = (route: string, options = {}) => ask(system().api.url, route, options);

  it("say what a reply varies by: on all surfaces, of all methods, of errors, too", async () => {
    const event = await system().event();
    const { token, userId } = await system().person();
    const body = { event_id: event.id, quantity: 1 };
    const routes: [string, object?][] = [
      ["GET /api/v1/events"],
      ["HEAD /api/v1/events"],
      [`GET /api/v1/waitlist/${event.id}/stats`],
      [`GET /api/v1/notifications/user/${userId}`, { token }],
      ["POST /api/v1/bookings", { token, body }],
      ["POST /api/v1/bookings", { token, body: {} }],
      ["GET /api/v1/bookings"],
      ["GET /api/v1/nowhere"],
      ["PUT /api/v1/bookings", { token, body: {} }],
      ["GET /api/bookings", { token }],
      [`GET /api/events/${event.id}`],
      ["GET /events"],
      ["GET /users/me"],
    ];
    for (const [route, options] of routes) {
      expect((await send(route, options)).headers.get("vary"), route).to.equal(VARY);
    }
  });

  it("keep from every cache what is one person's, and every error", async () => {
    const admin = system().admin.token;
    const event = await system().event();
    const { token, userId } = await system().person();
    const routes: [string, object, number][] = [
      [`DELETE /api/v1/waitlist/${event.id}/user/${userId}`, { token }, 404],
      [`GET /api/v1/bookings/${NOBODY}`, { token }, 404],
      ["GET /api/v1/bookings", {}, 401],
      [`GET /api/v1/events/${NOBODY}`, {}, 404],
      [`POST /api/v1/waitlist/${event.id}/process`, { token: admin, body: {} }, 200],
      [`POST /api/v1/events/${event.id}/promo-codes`, { token: admin, body: { code: "SECRET" } }, 201],
      [`GET /api/v1/events/${event.id}/promo-codes`, { token: admin }, 200],
      [`DELETE /api/v1/events/${event.id}`, { token: admin }, 200],
      ["GET /api/bookings", { token }, 200],
      ["GET /api/v1/users/profile", { token }, 200],
    ];
    for (const [route, options, status] of routes) {
      const reply = await send(route, options);
      expect([reply.status, reply.headers.get("cache-control")], route).to.deep.equal([status, PRIVATE]);
    }
    expect((await send("GET /api/v1/events")).headers.get("cache-control")).to.equal("no-cache");
  });

  it("let pages of allowed origins save files, and ask once in two hours", async () => {
    const origin = { origin: ALLOWED_ORIGIN };
    const read = await send("GET /api/v1/events", { headers: origin });
    expect(read.headers.get("access-control-expose-headers")).to.contain("Content-Disposition");
    const asked = await send("OPTIONS /api/v1/events", {
      headers: { ...origin, "access-control-request-method": "POST" },
    });
    expect(asked.headers.get("access-control-max-age")).to.equal("7200");
  });

  it("tell whoever asks a WebSocket's address without one to upgrade", async () => {
    const reply = await send(`GET /ws/events/${NOBODY}`);
    expect([reply.status, reply.body.code]).to.deep.equal([426, "UPGRADE_REQUIRED"]);
    expect(reply.headers.get("upgrade")).to.equal("websocket");
  });

  it("carry documents compressed once, and as they are to who wants them so", async () => {
    for (const path of ["/openapi.json", "/asyncapi.json", "/docs/swagger-ui-bundle.js"]) {
      const [packed, plain] = await Promise.all([fetched(path, "gzip"), fetched(path, "identity")]);
      expect([packed.encoding, plain.encoding], path).to.deep.equal(["gzip", undefined]);
      expect(packed.length, path).to.equal(String(packed.bytes));
      expect(packed.bytes, path).to.be.below(plain.bytes / 2);
    }
  });

  /** Sizes as they are on the wire. */
  function fetched(
    path: string,
    coding: string,
  ): Promise<{ encoding: string | undefined; length: string | undefined; bytes: number }> {
    return new Promise((resolve, reject) => {
      const headers = { "accept-encoding": coding };
      request(system().api.url + path, { headers }, (response) => {
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
        });
        const { "content-encoding": encoding, "content-length": length } = response.headers;
        response.on("end", () => resolve({ encoding, length, bytes }));
      })
        .on("error", reject)
        .end();
    });
  }
});
