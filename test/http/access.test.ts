import type Router from "@koa/router";
import { expect } from "chai";
import { CANONICAL_BASE } from "../../src/http/app.ts";
import { systemRoutes } from "../../src/http/routes/system.ts";
import type { AppState } from "../../src/http/state.ts";
import { canonicalRouters, type SurfaceOptions } from "../../src/http/surface.ts";
import { type Person, sharedSystem } from "./shared-system.ts";

type Access = "anyone" | "anyone with a token" | "organizers and admins";

/** Who may use what. A route that is not here fails the first test: nobody has decided about it. */
const ACCESS: Readonly<Record<Access, readonly string[]>> = {
  anyone: [
    "POST /auth/register",
    "POST /auth/login",
    "POST /auth/refresh",
    // Behind the admin-creation token; without one configured it does not exist.
    "POST /auth/create-admin",
    // Behind the provider's signature.
    "POST /payments/webhook/:provider",
    // Play money, by an address that only the buyer is given.
    "GET /payments/test/:ref",
    "POST /payments/test/:ref/:outcome",
    "GET /events",
    "GET /events/:id",
    "GET /events/:id/seats",
    "GET /waitlist/:eventId/stats",
    "GET /venues",
    "GET /venues/:id",
  ],
  "anyone with a token": [
    "POST /auth/logout",
    "GET /auth/validate",
    "POST /auth/change-password",
    "GET /auth/profile",
    "GET /users/profile",
    "PUT /users/profile",
    "PATCH /users/profile",
    "POST /bookings",
    "GET /bookings",
    "GET /users/bookings",
    "GET /bookings/user/:userId",
    "GET /bookings/reference/:reference",
    "GET /bookings/:id",
    "PUT /bookings/:id/cancel",
    "DELETE /bookings/:id",
    "POST /bookings/:id/confirm",
    "POST /bookings/:id/transfer",
    "POST /bookings/:id/exchange",
    "GET /bookings/:id/payment",
    "POST /payments/initiate/:id",
    "GET /payments/:paymentId",
    "GET /notifications/user/:userId",
    "GET /waitlist",
    "POST /waitlist/join",
    "POST /waitlist/:eventId/join",
    "GET /waitlist/:eventId/user/:userId",
    "DELETE /waitlist/:eventId/user/:userId",
  ],
  "organizers and admins": [
    "GET /events/:id/bookings",
    "POST /events",
    "PUT /events/:id",
    "PATCH /events/:id",
    "DELETE /events/:id",
    "POST /admin/events",
    "PUT /admin/events/:id",
    "PATCH /admin/events/:id",
    "DELETE /admin/events/:id",
    "POST /events/:id/pause",
    "POST /events/:id/resume",
    "POST /events/:id/seats/block",
    "POST /events/:id/seats/release",
    "POST /events/:id/promo-codes",
    "GET /events/:id/promo-codes",
    "POST /waitlist/:eventId/process",
    "POST /venues",
    "PUT /venues/:id",
    "PATCH /venues/:id",
  ],
};

/** At the root: probes and information, open to anyone; `/metrics` has a token of its own where one is set. */
const SYSTEM = ["/health", "/api/v1/health", "/livez", "/readyz", "/metrics", "/api/v1"];

function routesOf(routers: readonly Router<AppState>[]): string[] {
  return routers.flatMap(({ stack }) =>
    stack.flatMap(({ methods, path }) =>
      methods.filter((method) => method !== "HEAD").map((method) => `${method} ${path}`),
    ),
  );
}

describe("access to the routes", () => {
  const system = sharedSystem();

  /** Uses a route with ids of nobody and an empty body. */
  async function use(route: string, person: Person | null, method?: string): Promise<number> {
    const [verb = "", pattern = ""] = route.split(" ");
    const path = pattern
      .replace(":userId", person?.userId ?? "00000000-0000-7000-8000-000000000000")
      .replace(":eventId", "00000000-0000-7000-8000-000000000000")
      .replace(":id", "00000000-0000-7000-8000-000000000000")
      .replace(":paymentId", "00000000-0000-7000-8000-000000000000")
      .replace(":reference", "EVT20250913123456");
    const { status } = await system().client.request(method ?? verb, path, {
      ...(person === null ? {} : { token: person.token }),
      ...(verb === "GET" ? {} : { body: {} }),
    });
    return status;
  }

  it("is decided for each of them, and for no route that is not there", () => {
    const options = { adminCreationToken: null, readBody: (_: unknown, next: () => unknown) => next() };
    const routers = canonicalRouters(options as unknown as SurfaceOptions);
    expect(routesOf(routers).sort()).to.deep.equal(Object.values(ACCESS).flat().sort());
    const probes = systemRoutes({} as unknown as Parameters<typeof systemRoutes>[0]);
    expect(routesOf([probes]).sort()).to.deep.equal(SYSTEM.map((path) => `GET ${path}`).sort());
    expect(CANONICAL_BASE).to.equal("/api/v1");
  });

  it("needs a token, except where it is anyone's", async () => {
    for (const [access, routes] of Object.entries(ACCESS)) {
      for (const route of routes) {
        const status = await use(route, null);
        if (access === "anyone") expect(status, route).to.be.oneOf([200, 400, 404]);
        else expect(status, route).to.equal(401);
      }
    }
  });

  it("stays shut to users where organizers and admins are meant, also for HEAD", async () => {
    for (const route of ACCESS["organizers and admins"]) {
      expect(await use(route, await system().person()), route).to.equal(403);
      expect(await use(route, await system().organizer()), route).to.be.oneOf([400, 404]);
    }
    for (const route of ACCESS["anyone with a token"]) {
      // Each with a person of their own: one of these routes logs out.
      expect(await use(route, await system().person()), route).to.be.oneOf([200, 400, 404]);
      if (route.startsWith("GET")) expect(await use(route, null, "HEAD"), `HEAD ${route}`).to.equal(401);
    }
  });

  it("follows the role as it is now, not as the token says", async () => {
    const organizer = await system().organizer();
    const { client, pool } = system();
    await client.createEvent(organizer.token);
    await pool.query("update users set role = 'user' where id = $1", [organizer.userId]);
    await pool.query("select pg_notify('evently_sessions', $1)", [organizer.userId]);
    let status = 201;
    for (let tries = 0; status !== 403 && tries < 50; tries += 1)
      status = await use("POST /events", organizer);
    expect(status).to.equal(403);
    await pool.query("update users set is_active = false where id = $1", [organizer.userId]);
    await pool.query("select pg_notify('evently_sessions', $1)", [organizer.userId]);
    for (let tries = 0; status !== 401 && tries < 50; tries += 1)
      status = await use("GET /bookings", organizer);
    expect(status).to.equal(401);
  });
});
