import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Router from "@koa/router";
import { expect } from "chai";
import Koa from "koa";
import { knownPaths } from "../../src/http/known-paths.ts";
import { routeOf } from "../../src/http/route-of.ts";
import type { AppState } from "../../src/http/state.ts";

const ID = "0197c1a4-7c00-7000-8000-5f0000000001";
const OTHER = "0197c1a4-7c00-7000-8000-5f0000000002";

const REQUESTS = [
  "GET /v1/things",
  "GET /v1/things/",
  `GET /v1/things/${ID}`,
  `HEAD /v1/things/${ID}`,
  `GET /v1/things/${ID}/`,
  `GET /v1/things/${ID.toUpperCase()}`,
  `GET /v1/THINGS/${ID}`,
  "GET /v1/things/newest",
  "GET /v1/things/none",
  `GET /v1/things/${ID}x`,
  `GET /v1/things/x${ID}`,
  `GET /v1/things/${ID}/parts/${OTHER}`,
  `GET /v1/things/${ID}/parts/5`,
  `DELETE /v1/things/${ID}`,
  `PUT /v1/things/${ID}`,
  `GET /v1/things/%30${ID.slice(1)}`,
  `GET /v1/nothing/${ID}`,
  `GET /v1/${ID}/things`,
  `GET /v1/things/${ID}?a=${OTHER}`,
];

describe("paths that are known but for their ids", () => {
  const servers: Server[] = [];
  after(() => Promise.all(servers.map((server) => once(server.close(), "close"))));

  function router(): Router<AppState> {
    const things = new Router<AppState>({ prefix: "/v1" });
    things.use((ctx, next) => {
      ctx.set("x-seen", `${ctx.method} ${ctx.path}`);
      return next();
    });
    const show = (name: string) => (ctx: Koa.ParameterizedContext & { params: unknown }) => {
      ctx.body = { name, params: ctx.params, ofRequest: (ctx.request as { params?: unknown }).params };
    };
    return things
      .get("/things", show("list"))
      .get("/things/newest", show("newest"))
      .get("/things/:id", show("one"))
      .get("/things/:thing/parts/:part", show("part"))
      .delete("/things/:id", show("gone"))
      .get("/:id/things", show("backwards"));
  }

  async function serve(hasTable: boolean): Promise<number> {
    const app = new Koa<AppState>();
    const things = router();
    app.use(async (ctx, next) => {
      await next();
      ctx.set("x-route", routeOf(ctx));
    });
    if (hasTable) app.use(knownPaths([things]));
    app.use(things.routes()).use(things.allowedMethods());
    const server = createServer(app.callback()).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  async function answer(port: number, request: string) {
    const [method = "", path = ""] = request.split(" ");
    const reply = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { connection: "close" },
    });
    const [route, seen, allow] = ["x-route", "x-seen", "allow"].map((name) => reply.headers.get(name));
    return { request, status: reply.status, route, seen, allow, text: await reply.text() };
  }

  it("are answered as their routers answer them, and all others, too", async () => {
    const [plain, known] = [await serve(false), await serve(true)];
    for (const request of REQUESTS) {
      expect(await answer(known, request)).to.deep.equal(await answer(plain, request));
    }
    const { status, text } = await answer(known, `GET /v1/things/${ID}/parts/${OTHER}`);
    const params = { thing: ID, part: OTHER };
    expect({ status, ...JSON.parse(text) }).to.deep.equal({
      status: 200,
      name: "part",
      params,
      ofRequest: params,
    });
  });
});
