import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { io } from "socket.io-client";
import { createResetTokens } from "../../src/identity/reset-tokens.ts";
import {
  GATEWAY_SECRET,
  JWT_SECRET,
  METRICS_TOKEN,
  type Person,
  sharedSystem,
} from "../http/shared-system.ts";
import { exampleBody } from "../openapi/world.ts";
import { Client as SocketClient } from "../realtime/client.ts";
import { ask } from "../support/bare-client.ts";
import { ADMIN } from "../support/system.ts";
import { until } from "../support/until.ts";

const MS_MAX = 60_000;
/** Nobody guesses it, and nothing else contains it. */
const planted = (what: string) => `planted-${what}-${randomBytes(12).toString("hex")}`;

/** A secret, and in which tables it has to be, as what works with it needs it itself. */
interface Secret {
  readonly what: string;
  readonly text: string;
  readonly keptIn?: readonly string[];
}

describe("secrets that the product is given, and those that it makes", function () {
  this.timeout(MS_MAX);
  const system = sharedSystem();
  const secrets: Secret[] = [];
  let person: Person;

  const keep = (what: string, text: string, keptIn: readonly string[] = []) => {
    expect(text, what).to.be.a("string").with.length.above(7);
    secrets.push({ what, text, keptIn });
    return text;
  };
  const password = (what: string) => keep(`password: ${what}`, planted(what));

  async function accounts(): Promise<void> {
    const { client, api, pool } = system();
    const email = `${planted("mail")}@example.com`;
    const first = password("registered");
    const registered = await client.post("/auth/register", { email, name: "P", password: first });
    keep("access token", registered.body.data.token);
    keep("refresh token", registered.body.data.refresh_token);
    await client.post("/auth/login", { email, password: password("wrong") });
    await client.post("/auth/login", { email, password: password("unknown-field"), pin: password("pin") });
    await client.post("/auth/login", `{"email":"${email}","password":"${password("broken-json")}"`);
    await client.post("/auth/login", { email: password("as-email"), password: "x" });
    await ask(api.url, "POST /api/auth/login", { body: { email, password: password("surface-a") } });
    const login = await client.post("/auth/login", { email, password: first });
    const { token } = login.body.data;
    keep("second access token", token);
    const refreshed = await client.post("/auth/refresh", { refresh_token: login.body.data.refresh_token });
    keep("refreshed token", refreshed.body.data.refresh_token);
    const next = password("changed");
    const change = { currentPassword: first, newPassword: next };
    expect((await client.post("/auth/change-password", change, { token })).status).to.equal(200);
    const retype = { currentPassword: password("current"), newPassword: password("next") };
    await client.post("/auth/change-password", retype, { token });
    await client.post("/auth/forgot-password", { email });
    const { rows } = await pool.query("select id from password_reset order by asked_at desc limit 1");
    const reset = keep("reset token", createResetTokens(JWT_SECRET).tokenOf(rows[0].id));
    const replaced = { token: reset, new_password: password("reset") };
    expect((await client.post("/auth/reset-password", replaced)).status).to.equal(200);
    const guess = { token: keep("guessed reset token", planted("guess")), new_password: password("unset") };
    await client.post("/auth/reset-password", guess);
  }

  /** Tokens where they belong, and where they do not. */
  async function headers(): Promise<void> {
    const { client, api } = system();
    const creation = keep("guessed creation token", planted("creation"));
    await client.post("/auth/create-admin", {}, { headers: { "x-admin-creation-token": creation } });
    const adminToken = keep("creation token in a body", planted("admin-token"));
    const body = {
      email: "p@example.com",
      name: "P",
      password: password("admin"),
      role: "admin",
      adminToken,
    };
    await client.post("/auth/register", body);
    const wrong = { "x-evently-gateway-secret": keep("guessed gateway secret", planted("gateway")) };
    await ask(api.url, "GET /users/me", { headers: { ...wrong, "x-user-id": "1" } });
    const right = { "x-evently-gateway-secret": GATEWAY_SECRET, "x-user-id": "1" };
    await ask(api.url, "GET /users/me", { headers: right });
    const basic = keep("basic", Buffer.from(`p:${planted("basic")}`).toString("base64"));
    await client.get("/bookings", { headers: { authorization: `Basic ${basic}` } });
    await client.get("/bookings", { headers: { cookie: `session=${keep("cookie", planted("cookie"))}` } });
    await client.get(`/events?access_token=${keep("token in a query", planted("query"))}`);
    await ask(api.url, "GET /metrics", { token: keep("guessed metrics token", planted("metrics")) });
  }

  async function sockets(): Promise<void> {
    const { url } = system().api;
    const options = { transports: ["websocket"], reconnection: false, forceNew: true };
    for (const [auth, query] of [
      [{ token: person.token }, {}],
      [{ token: keep("guessed token of a socket", planted("socket")) }, {}],
      [{}, { token: keep("token in a socket's address", planted("address")) }],
    ]) {
      const socket = io(`${url}/notifications`, {
        ...options,
        ...(auth ? { auth } : {}),
        ...(query ? { query } : {}),
      });
      const client = new SocketClient(socket);
      await client.connected().catch(() => undefined);
      if (socket.connected) {
        const token = keep("token in `authenticate`", planted("authenticate"));
        await client.ask("authenticate", { token }).catch(() => undefined);
      }
      socket.disconnect();
    }
  }

  async function integrations(): Promise<void> {
    const { client } = system();
    const { token } = await system().organizer();
    const bare = (secret: string) => secret.replace(/^whsec_/, "");
    const created = await client.post("/webhooks", { url: "http://127.0.0.1:9/hooks" }, { token });
    const { id, secret } = created.body.data;
    keep("webhook secret", bare(secret), ["webhook_endpoint"]);
    const rotated = await client.post(`/webhooks/${id}/rotate-secret`, {}, { token });
    keep("rotated webhook secret", bare(rotated.body.data.secret), ["webhook_endpoint"]);
    await client.post(`/webhooks/${id}/test`, {}, { token });
    const example = exampleBody("addPushSubscription");
    const endpoint = `${example.endpoint}/${keep("push endpoint", planted("push"), ["push_subscription"])}`;
    const keys = { ...example.keys, auth: randomBytes(16).toString("base64url") };
    keep("push key", keys.auth, ["push_subscription"]);
    const subscribed = await client.post(
      "/users/push-subscriptions",
      { ...example, endpoint, keys },
      { token: person.token },
    );
    expect(subscribed.status).to.equal(201);
  }

  /** While no worker decides, what is asked for stands in the mailbox. */
  async function payments(): Promise<void> {
    const { client } = system();
    const { token } = person;
    const event = await system().event({ requires_payment: true });
    const held = (await client.book(token, event.id, 1)).body.data;
    const made = { payment_token: keep("unknown payment token", `tok_${planted("pay")}`) };
    await client.post(`/bookings/${held.id}/confirm`, made, { token });
    keep("card number", "4242424242424242");
    keep("security code of a card", "cvc-98761234");
    const card = { number: "4242 4242 4242 4242", cvc: "cvc-98761234" };
    await client.post(`/bookings/${held.id}/confirm`, { payment_details: card }, { token });
    await client.post(`/bookings/${held.id}/confirm`, { payment_token: "4242424242424242" }, { token });
    await system().withoutWorker(async () => {
      const prefer = { prefer: "respond-async" };
      const paying = { payment_token: "tok_success" };
      const asked = await client.post(`/bookings/${held.id}/confirm`, paying, { token, headers: prefer });
      expect(asked.status).to.equal(202);
      await client.book(token, event.id, 1, { headers: prefer });
      const { rows } = await system().pool.query(
        "select string_agg(j::text, ' ') as jobs from mailbox.job j",
      );
      expect(rows[0].jobs).to.contain(held.id);
      expectNone("envelopes", rows[0].jobs);
      expect(rows[0].jobs).not.to.contain("tok_success");
    });
    const confirmed = async () =>
      (await client.get(`/bookings/${held.id}`, { token })).body.data.status === "confirmed";
    await until("the booking is paid", confirmed, 15_000);
    const { rows } = await system().pool.query("select token from payment_session where booking_id = $1", [
      held.id,
    ]);
    expect(rows.length).to.be.above(0);
    for (const row of rows) expect(row).to.deep.equal({ token: null });
  }

  function expectNone(place: string, text: string, of = secrets): void {
    const found = of.filter((secret) => text.includes(secret.text)).map(({ what }) => what);
    expect(found, place).to.deep.equal([]);
  }

  before(async () => {
    person = await system().person();
    keep("token of a person", person.token);
    for (const token of [person.token, system().admin.token])
      keep("a token's signature", token.split(".")[2] ?? "");
    keep("admin's password", ADMIN.password);
    keep("signing secret", JWT_SECRET);
    keep("gateway's secret", GATEWAY_SECRET);
    keep("token of the metrics", METRICS_TOKEN);
    await accounts();
    await headers();
    await sockets();
    await integrations();
    await payments();
  });

  // Outside of production the log stands in for mails that cannot be sent, and has the code that such a mail would have
  // had; that it is not there in production is held in test/notifications/channels/composed.test.ts.
  it("are in no log of any process, at its most talkative", () => {
    const { api, worker, effects } = system();
    const text = [api, worker, effects].flatMap(({ output }) => output).join("");
    expect(text).to.contain("/api/v1/auth/login");
    expectNone(
      "logs",
      text,
      secrets.filter(({ what }) => what !== "reset token"),
    );
  });

  it("are in no row of any table but those that work with them, neither as they are nor as bytes", async () => {
    const { pool } = system();
    const { rows: tables } = await pool.query<{ schema: string; name: string }>(
      `select schemaname as schema, tablename as name from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema') order by 1, 2`,
    );
    expect(tables.length).to.be.above(35);
    const kept = new Set<string>();
    for (const { schema, name } of tables) {
      const { rows } = await pool.query<{ row: string }>(`select t::text as row from ${schema}."${name}" t`);
      const text = rows.map(({ row }) => row).join("\n");
      const shapes = ({ text: secret }: Secret) => [
        secret,
        Buffer.from(secret).toString("hex"),
        Buffer.from(secret).toString("base64").replace(/=+$/, ""),
        Buffer.from(secret, "base64").toString("hex"),
      ];
      for (const secret of secrets) {
        if (!shapes(secret).some((shape) => shape.length > 8 && text.includes(shape))) continue;
        expect(secret.keptIn, `${secret.what} in ${schema}.${name}`).to.include(name);
        kept.add(secret.what);
      }
    }
    // Else this would find nothing anywhere.
    expect([...kept].sort()).to.deep.equal(
      ["push endpoint", "push key", "rotated webhook secret", "webhook secret"].sort(),
    );
  });

  it("are in no metric of any process", async () => {
    const { api, worker, effects } = system();
    for (const { url } of [api, worker, effects]) {
      const response = await fetch(`${url}/metrics`, {
        headers: { authorization: `Bearer ${METRICS_TOKEN}` },
      });
      const text = await response.text();
      expect(text).to.contain("# TYPE");
      expectNone("metrics", text);
      expect(text).not.to.contain(person.userId);
      expect(text).not.to.contain("@example.com");
    }
  });

  it("are shown to nobody who lists what they belong to", async () => {
    const { client, admin } = system();
    const { token } = admin;
    for (const path of [
      "/auth/admin/users?limit=100",
      "/auth/admin/audit",
      "/webhooks",
      "/notifications/dead-letters",
    ]) {
      const { status, body } = await client.get(path, { token });
      expect(status, path).to.equal(200);
      expectNone(path, JSON.stringify(body));
      expect(JSON.stringify(body)).not.to.match(/argon2|password_hash|refresh_digest|whsec_/);
    }
  });
});
