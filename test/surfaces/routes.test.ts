import { readFileSync } from "node:fs";
import { join } from "node:path";
import type Router from "@koa/router";
import { expect } from "chai";
import type { Access } from "../../src/http/access.ts";
import type { Aliases } from "../../src/http/aliases.ts";
import type { AppState } from "../../src/http/state.ts";
import type { SurfaceOptions } from "../../src/http/surface.ts";
import { SURFACE_A_ACCESS } from "../../src/http/surface-a/access.ts";
import { routersOfA } from "../../src/http/surface-a/surface.ts";
import { SURFACE_B_ACCESS } from "../../src/http/surface-b/access.ts";
import { routersOfB } from "../../src/http/surface-b/surface.ts";
import { sharedSystem } from "../http/shared-system.ts";
import { ask } from "../support/bare-client.ts";

/** Who each route is for, once more: a change of a table has to be made here, too. */
const PUBLIC_OF_A = [
  "POST /auth/register",
  "POST /auth/login",
  "POST /auth/create-admin",
  "GET /events",
  "GET /events/:id",
];
const ORGANIZERS_OF_A = [
  "POST /events",
  "PUT /events/:id",
  "DELETE /events/:id",
  "GET /analytics/overview",
  "GET /analytics/revenue",
  "GET /analytics/events",
];
const PUBLIC_OF_B = ["GET /events", "GET /events/:event_id", "GET /events/:event_id/seats"];
const ORGANIZERS_OF_B = [
  "POST /admin/events",
  "PUT /admin/events/:event_id",
  "DELETE /admin/events/:event_id",
  "GET /admin/analytics",
];

const OPTIONS = {
  adminCreationToken: null,
  readBody: (_: unknown, next: () => unknown) => next(),
} as unknown as SurfaceOptions;

function routesOf(routers: readonly Router<AppState>[]): string[] {
  return routers.flatMap(({ stack }) =>
    stack.flatMap(({ methods, path }) =>
      methods.filter((method) => method !== "HEAD").map((method) => `${method} ${path}`),
    ),
  );
}

function routesFor(table: Readonly<Record<string, Access>>, access: Access): string[] {
  return Object.keys(table).filter((route) => table[route] === access);
}

describe("the routes of the other surfaces", () => {
  const system = sharedSystem();

  it("are those of their tables, and no more", () => {
    expect(routesOf(routersOfA(OPTIONS)).sort()).to.deep.equal(Object.keys(SURFACE_A_ACCESS).sort());
    const b = routersOfB(OPTIONS, {} as unknown as Aliases);
    expect(routesOf(b).sort()).to.deep.equal(Object.keys(SURFACE_B_ACCESS).sort());
    expect(routesFor(SURFACE_A_ACCESS, "public")).to.have.members(PUBLIC_OF_A);
    expect(routesFor(SURFACE_A_ACCESS, "organizer")).to.have.members(ORGANIZERS_OF_A);
    expect(routesFor(SURFACE_B_ACCESS, "public")).to.have.members(PUBLIC_OF_B);
    expect(routesFor(SURFACE_B_ACCESS, "organizer")).to.have.members(ORGANIZERS_OF_B);
  });

  it("stand in the table of endpoints, with whom they are for", () => {
    const text = readFileSync(join(import.meta.dirname, "../../src/http/SURFACES.md"), "utf8");
    const tables = { "Document 002": SURFACE_A_ACCESS, "Document 003": SURFACE_B_ACCESS };
    for (const [heading, table] of Object.entries(tables)) {
      const section = text.split(`\n## ${heading}`)[1]?.split("\n## ")[0] ?? "";
      const rows = [...section.matchAll(/^\| `(\w+ [^`]+)` +\| (\w+) +\|/gm)];
      expect(Object.fromEntries(rows.map(([, route, access]) => [route, access]))).to.deep.equal(table);
    }
  });

  for (const [name, base, table] of [
    ["A", "/api", SURFACE_A_ACCESS],
    ["B", "", SURFACE_B_ACCESS],
  ] as const) {
    it(`of surface ${name} are shut to who they are not for`, async () => {
      const { token } = await system().person();
      for (const [route, access] of Object.entries(table)) {
        const [method = "", pattern = ""] = route.split(" ");
        const asked = `${method} ${base}${pattern.replace(/:\w+/g, name === "A" ? "00000000-0000-7000-8000-000000000000" : "1")}`;
        for (const spelling of [asked, `${asked}/`, asked.toUpperCase()]) {
          const anonymous = await ask(system().api.url, spelling, method === "GET" ? {} : { body: {} });
          if (access === "public") expect(anonymous.status, spelling).to.be.oneOf([200, 400, 404, 422]);
          else expect(anonymous.status, spelling).to.equal(401);
        }
        if (access !== "organizer") continue;
        const override = { "x-http-method-override": "GET", "x-method-override": "GET" };
        const body = method === "GET" ? {} : { body: {} };
        const user = await ask(system().api.url, asked, { token, ...body, headers: override });
        expect(user.status, asked).to.equal(403);
      }
    });
  }
});
