import Router from "@koa/router";
import { expect } from "chai";
import { type Access, CANONICAL_ACCESS, guarded } from "../../src/http/access.ts";
import { CANONICAL_BASE } from "../../src/http/app.ts";
import { systemRoutes } from "../../src/http/routes/system.ts";
import type { AppState } from "../../src/http/state.ts";
import { canonicalRouters, type SurfaceOptions } from "../../src/http/surface.ts";
import { type Person, sharedSystem } from "./shared-system.ts";

/** Routes of the canonical surface by whom they are for. */
const BY_ACCESS = Object.groupBy(Object.keys(CANONICAL_ACCESS), (route) => CANONICAL_ACCESS[route] as Access);
const PUBLIC = BY_ACCESS.public ?? [];
const USER = BY_ACCESS.user ?? [];
const ORGANIZER = BY_ACCESS.organizer ?? [];
const ADMIN = BY_ACCESS.admin ?? [];

const DOCUMENTS = ["/openapi.json", "/asyncapi.json", "/docs", "/docs/:file"];
/** At the root: probes and information, open to anyone; `/metrics` has a token of its own where one is set. */
const SYSTEM = [
  "/health",
  "/api/v1/health",
  "/livez",
  "/readyz",
  "/metrics",
  "/api/v1",
  "/ws/events/:id",
  ...DOCUMENTS,
];

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
    expect(routesOf(routers).sort()).to.deep.equal(Object.keys(CANONICAL_ACCESS).sort());
    const undecided = new Router<AppState>().get("/events/:id/secrets", () => undefined);
    expect(() => guarded(undecided, CANONICAL_ACCESS)).to.throw(
      "nobody decided who may GET /events/:id/secrets",
    );
    const probes = systemRoutes({} as unknown as Parameters<typeof systemRoutes>[0]);
    expect(routesOf([probes]).sort()).to.deep.equal(SYSTEM.map((path) => `GET ${path}`).sort());
    expect(CANONICAL_BASE).to.equal("/api/v1");
  });

  it("needs a token, except where it is anyone's", async () => {
    for (const route of PUBLIC) expect(await use(route, null), route).to.be.oneOf([200, 202, 400, 404]);
    for (const route of [...USER, ...ORGANIZER, ...ADMIN])
      expect(await use(route, null), route).to.equal(401);
  });

  it("stays shut to users where organizers and admins are meant, also for HEAD", async () => {
    for (const route of ADMIN) {
      expect(await use(route, await system().person()), route).to.equal(403);
      expect(await use(route, await system().organizer()), route).to.equal(403);
      expect(await use(route, system().admin), route).to.be.oneOf([200, 202, 400, 404]);
    }
    for (const route of ORGANIZER) {
      expect(await use(route, await system().person()), route).to.equal(403);
      expect(await use(route, await system().organizer()), route).to.be.oneOf([200, 400, 404]);
    }
    for (const route of USER) {
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
