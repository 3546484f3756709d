import { createHmac } from "node:crypto";
import { expect } from "chai";
import { io } from "socket.io-client";
import { createResetTokens } from "../../src/identity/reset-tokens.ts";
import { createAccessTokens } from "../../src/identity/tokens.ts";
import { JWT_SECRET, type Person, sharedSystem } from "../http/shared-system.ts";
import { Client as SocketClient } from "../realtime/client.ts";
import { ask } from "../support/bare-client.ts";
import { until } from "../support/until.ts";

const NOBODY = "00000000-0000-7000-8000-000000000000";
const OTHER_SECRET = "another secret that is as long as the real one";
/** Something that needs a token, on each surface. */
const DOORS = ["GET /api/v1/bookings", "GET /api/bookings", "GET /users/me"];

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

function signed(header: object, claims: object, secret = JWT_SECRET): string {
  const body = `${part(header)}.${part(claims)}`;
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
}

describe("tokens, on all surfaces and on sockets", () => {
  const system = sharedSystem();
  let person: Person;
  let other: Person;
  before(async () => {
    [person, other] = (await system().people(2)) as [Person, Person];
  });

  const door = async (route: string, token: string) => (await ask(system().api.url, route, { token })).status;

  async function connects(token: string): Promise<boolean> {
    const options = { auth: { token }, transports: ["websocket"], reconnection: false, forceNew: true };
    const socket = io(`${system().api.url}/notifications`, options);
    try {
      return await new SocketClient(socket).connected().then(
        () => true,
        () => false,
      );
    } finally {
      socket.disconnect();
    }
  }

  const claimsOf = ({ token }: Person) =>
    JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

  it("are of this installation's making and for it, in force, and access tokens, or open nothing", async () => {
    const good = claimsOf(person);
    const hs256 = { alg: "HS256", typ: "JWT" };
    const account = { email: `tokens-${Date.now()}@example.com`, name: "T", password: "a-fairly-long-one-1" };
    const registered = await system().client.post("/auth/register", account);
    const theirs = claimsOf(other);
    const attacks: Readonly<Record<string, string>> = {
      "alg none": `${part({ alg: "none" })}.${part(good)}.`,
      "alg None with a signature": signed({ alg: "None", typ: "JWT" }, good),
      "another key": signed(hs256, good, OTHER_SECRET),
      "an empty key": signed(hs256, good, ""),
      "a kid that names a file": signed({ ...hs256, kid: "/dev/null" }, good, ""),
      "a kid that is SQL": signed({ ...hs256, kid: "' union select 'x' --" }, good, "x"),
      "a jku": signed({ ...hs256, jku: "http://127.0.0.1:9/keys" }, good, OTHER_SECRET),
      "a key in the header": signed(
        { ...hs256, jwk: { kty: "oct", k: part({ a: 1 }) } },
        good,
        part({ a: 1 }),
      ),
      expired: signed(hs256, { ...good, exp: Math.floor(Date.now() / 1_000) - 1 }),
      "another audience": signed(hs256, { ...good, aud: "another-api" }),
      "another issuer": signed(hs256, { ...good, iss: "another" }),
      "a refresh token": registered.body.data.refresh_token,
      "a token of a password reset": createResetTokens(JWT_SECRET).tokenOf(good.sid),
      "one's own session in another's name": signed(hs256, { ...good, sub: theirs.sub, userId: theirs.sub }),
      "a session of nobody": signed(hs256, { ...good, sid: NOBODY }),
      "changed in its last letter": `${person.token.slice(0, -2)}${person.token.endsWith("AA") ? "BB" : "AA"}`,
    };
    for (const [what, token] of Object.entries(attacks)) {
      for (const route of DOORS) expect(await door(route, token), `${what}: ${route}`).to.equal(401);
      expect(await connects(token), what).to.equal(false);
    }
    for (const route of DOORS) expect(await door(route, person.token), route).to.equal(200);
    expect(await connects(person.token)).to.equal(true);
  });

  it("say nothing of a role: the one in the database counts", async () => {
    const tokens = await createAccessTokens({ secret: JWT_SECRET, ttlS: 60 });
    const { sub, sid, email } = claimsOf(person);
    const promoted = await tokens.issue({ userId: sub, sessionId: sid, email, role: "admin" });
    for (const route of ["GET /api/v1/auth/admin/users", "POST /api/events", "POST /admin/events"])
      expect(await door(route, promoted), route).to.equal(403);
  });

  it("are worth nothing at once where their account is gone, and no more than its role where it lost one", async () => {
    const organizer = await system().organizer();
    const gone = await system().person();
    const create = "POST /api/v1/events";
    await until("the organizer is known", async () => (await door(create, organizer.token)) === 400);
    for (const route of DOORS) expect(await door(route, gone.token), route).to.equal(200);
    const { token } = system().admin;
    const change = (userId: string, body: object) =>
      system().client.request("PATCH", `/auth/admin/users/${userId}`, { token, body });
    expect((await change(organizer.userId, { role: "user" })).status).to.equal(200);
    expect((await change(gone.userId, { is_active: false })).status).to.equal(200);
    for (const route of [create, "POST /api/events", "POST /admin/events"])
      expect(await door(route, organizer.token), route).to.equal(403);
    for (const route of DOORS) expect(await door(route, gone.token), route).to.equal(401);
    expect(await connects(gone.token)).to.equal(false);
  });
});
