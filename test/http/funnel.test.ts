import { once } from "node:events";
import type { AddressInfo } from "node:net";
import Router from "@koa/router";
import { expect } from "chai";
import { createApp } from "../../src/http/app.ts";
import { createHttpServer } from "../../src/http/listen.ts";
import type { AnsweredRequest } from "../../src/http/middleware/tracing.ts";
import type { AppState } from "../../src/http/state.ts";
import { Fault } from "../../src/ops/fault.ts";
import { limitsOf } from "../support/limits.ts";
import { silent } from "../support/postgres.ts";

const SECRET = 'select password_hash from users -- relation "users" of /srv/evently/src/store/users.ts';

const THROWS: Readonly<Record<string, () => unknown>> = {
  bug: () => new TypeError(SECRET),
  text: () => SECRET,
  nothing: () => undefined,
  status: () => Object.assign(new Error(SECRET), { status: 500 }),
  client: () => Object.assign(new Error(SECRET), { status: 418 }),
  store: () => new Fault("StoreUnavailable", SECRET, { retryAfterMs: 1_500 }),
  overload: () => new Fault("Overloaded", SECRET),
};

describe("an error nobody expected", () => {
  const logged: { level: string; fields: Record<string, unknown> }[] = [];
  const observed: AnsweredRequest[] = [];
  const note = (level: string) => (fields: object) => void logged.push({ level, fields: { ...fields } });
  const system = new Router<AppState>();
  system.get("/throw/:what", (ctx) => {
    throw (THROWS[ctx.params.what ?? ""] as () => unknown)();
  });
  const app = createApp({
    authenticator: { authenticate: async () => "TokenInvalid", forget() {}, forgetAll() {} },
    surface: [],
    limiter: limitsOf().limiter,
    system,
    corsOrigins: [],
    log: { ...silent, warn: note("warn"), error: note("error") },
    observe: (request) => observed.push(request),
  });
  const server = createHttpServer(app);
  before(() => once(server.listen(0, "127.0.0.1"), "listening"));
  after(() => once(server.close(), "close"));

  async function get(what: string) {
    const { port } = server.address() as AddressInfo;
    const headers = { "x-request-id": `id-${what}`, connection: "close" };
    const reply = await fetch(`http://127.0.0.1:${port}/throw/${what}?token=abc`, { headers });
    const text = await reply.text();
    return {
      status: reply.status,
      text,
      body: JSON.parse(text),
      retryAfter: reply.headers.get("retry-after"),
    };
  }

  it("is a bare 500 to the client; the log has all of it under the request's id", async () => {
    for (const what of ["bug", "text", "nothing", "status"]) {
      const { status, body } = await get(what);
      expect(status, what).to.equal(500);
      expect(body).to.include({
        code: "SERVER_ERROR",
        error: "Internal server error",
        request_id: `id-${what}`,
      });
      expect(logged.at(-1)).to.deep.include({ level: "error" });
      expect(logged.at(-1)?.fields).to.include({
        request_id: `id-${what}`,
        method: "GET",
        path: `/throw/${what}`,
      });
      if (what !== "nothing") expect(logged.at(-1)?.fields.error).to.contain(SECRET);
    }
  });

  it("is 503 with a time to come back where the same request may work later", async () => {
    for (const [what, retryAfter] of [
      ["store", "2"],
      ["overload", "1"],
    ] as const) {
      const reply = await get(what);
      expect([reply.status, reply.retryAfter]).to.deep.equal([503, retryAfter]);
      expect(reply.body.code).to.equal("OVERLOADED");
      expect(logged.at(-1)?.level).to.equal("warn");
      expect(logged.at(-1)?.fields).to.include({ request_id: `id-${what}` });
    }
    expect((await get("client")).status).to.equal(400);
  });

  it("tells nothing of what is behind the API, and is measured by its route", async () => {
    for (const what of Object.keys(THROWS)) {
      observed.length = 0;
      const { text, status } = await get(what);
      expect(text, what).not.to.match(/select|users|srv|Error:|TypeError|at /);
      const [{ elapsedMs, request: raw, ...request }] = observed as [AnsweredRequest];
      expect(elapsedMs).to.be.above(0);
      expect(raw.url).to.contain(what);
      const path = `/throw/${what}`;
      const route = "/throw/:what";
      expect(request).to.deep.equal({ requestId: `id-${what}`, method: "GET", route, path, status });
    }
  });
});
