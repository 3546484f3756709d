import { request } from "node:http";
import { expect } from "chai";
import { type Access, CANONICAL_ACCESS } from "../../src/http/access.ts";
import { SURFACE_A_ACCESS } from "../../src/http/surface-a/access.ts";
import { SURFACE_B_ACCESS } from "../../src/http/surface-b/access.ts";
import { type Person, sharedSystem } from "../http/shared-system.ts";
import { leavesNothing } from "../http/unchanged.ts";

const MS_MAX = 60_000;
const AT_ONCE = 20;
const EVIL_HOST = "evil.example.com";
const VERBS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
/** What a closed route may answer to who it is not for: a refusal, or that there is no such route or method. */
const SHUT = [401, 403, 404, 405];

const SURFACES: readonly (readonly [base: string, table: Readonly<Record<string, Access>>])[] = [
  ["/api/v1", CANONICAL_ACCESS],
  ["/api", SURFACE_A_ACCESS],
  ["", SURFACE_B_ACCESS],
];

/** Other spellings of a path that a router, a proxy or a rule in front of them may take for the same. */
const SPELLINGS: readonly ((path: string) => string)[] = [
  (path) => `${path}/`,
  (path) => `${path}//`,
  (path) => `/${path}`,
  (path) => path.toUpperCase(),
  (path) => path.replace(/\/(\w)/, (_, letter: string) => `/%${letter.charCodeAt(0).toString(16)}`),
  (path) => path.replaceAll("/", "%2F").replace("%2F", "/"),
  (path) => path.replace(/\/(?=\w+$|[\w-]+$)/, "/./"),
  (path) => path.replace(/\/(?=\w+$|[\w-]+$)/, "/x/../"),
  (path) => `${path};role=admin`,
  (path) => `${path}.json`,
  (path) => `${path}%20`,
  (path) => `${path}%00`,
  (path) => `${path}%0d%0aX-User-Role:%20admin`,
  (path) => `${path}?role=admin&user_role=admin&_method=GET`,
  (path) => `${path}#/public`,
];

/** Headers by which somebody says to be somebody else, or that the request is another one. */
const CLAIMS: readonly Readonly<Record<string, string>>[] = [
  { "x-user-role": "admin", "x-user-id": "1" },
  { "x-user-role": "admin", "x-evently-gateway-secret": "guess" },
  { "x-role": "admin", "x-is-admin": "true", "x-admin": "1", "x-remote-user": "admin" },
  { "x-forwarded-user": "admin", "x-authenticated-userid": "1", "x-auth-request-email": "admin@example.com" },
  { "x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1", forwarded: "for=127.0.0.1;proto=https" },
  { "x-forwarded-host": EVIL_HOST, "x-host": EVIL_HOST, "x-forwarded-server": EVIL_HOST },
  { "x-original-url": "/health", "x-rewrite-url": "/health", "x-original-uri": "/health" },
  { "x-http-method-override": "GET", "x-http-method": "GET", "x-method-override": "GET" },
];

interface Answer {
  readonly status: number;
  readonly text: string;
}

describe("routes that are not for everybody", () => {
  const system = sharedSystem();
  let user: Person;
  let ids: Readonly<Record<string, string>>;

  before(async () => {
    user = await system().person();
    const event = await system().event();
    const { token } = system().admin;
    const venue = await system().client.post("/venues", { name: "Hall", capacity: 10 }, { token });
    const hook = await system().client.post("/webhooks", { url: "http://127.0.0.1:9/" }, { token });
    const { rows } = await system().pool.query("select number from event where event_id = $1", [event.id]);
    ids = {
      events: event.id,
      broadcast: event.id,
      waitlist: event.id,
      venues: venue.body.data.id,
      webhooks: hook.body.data.id,
      users: user.userId,
      number: String(rows[0].number),
    };
  });

  /** A route's path with the id of something that is really there, so that what gets through does harm. */
  function pathOf(base: string, pattern: string): string {
    const filled = pattern.replace(/\/([\w-]+)\/:(\w+)/g, (_, kind: string) => {
      const id = base === "" ? ids.number : (ids[kind] ?? ids.events);
      return `/${kind}/${id}`;
    });
    return base + filled;
  }

  /** As the bytes are: `fetch` would tidy the path up. */
  function send(method: string, path: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { port } = system().api;
      const hasBody = method !== "GET" && method !== "HEAD";
      const json = { "content-type": "application/json", "content-length": "2" };
      const all = { ...(hasBody ? json : {}), ...headers };
      const outgoing = request({ host: "127.0.0.1", port, method, path, headers: all }, (incoming) => {
        let text = JSON.stringify(incoming.headers);
        incoming.on("data", (chunk) => (text += chunk));
        incoming.once("end", () => resolve({ status: incoming.statusCode ?? 0, text }));
      });
      outgoing.once("error", reject);
      outgoing.end(hasBody ? "{}" : undefined);
    });
  }

  type Try = readonly [method: string, path: string, headers: Readonly<Record<string, string>>];

  async function forAll(tries: readonly Try[], look: (answer: Answer, one: Try) => void): Promise<void> {
    const waiting = [...tries];
    const worker = async () => {
      for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) look(await send(...one), one);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  /** Nobody, and somebody who may not. */
  const outsiders = () => [{}, bearer(user.token)];

  function closedRoutes(): { readonly method: string; readonly path: string }[] {
    return SURFACES.flatMap(([base, table]) =>
      Object.entries(table)
        .filter(([, access]) => access === "organizer" || access === "admin")
        .map(([route]) => {
          const [method = "", pattern = ""] = route.split(" ");
          return { method, path: pathOf(base, pattern) };
        }),
    );
  }

  const isShut = (answer: Answer, one: Try) =>
    expect(answer.status, `${JSON.stringify(one)} ${answer.text}`).to.be.oneOf(SHUT);

  it("stay shut however their paths are spelt", async () => {
    const tries = closedRoutes().flatMap(({ method, path }) =>
      SPELLINGS.flatMap((spelt) => outsiders().map((headers): Try => [method, spelt(path), headers])),
    );
    expect(tries.length).to.be.above(1_000);
    await leavesNothing(system(), () => forAll(tries, isShut));
  }).timeout(MS_MAX);

  it("stay shut for every verb that is not open on the same path", async () => {
    const open = SURFACES.flatMap(([base, table]) =>
      Object.entries(table)
        .filter(([, access]) => access === "public" || access === "user")
        .map(([route]) => new RegExp(`^${route.replace(" ", ` ${base}`).replace(/:\w+/g, "[^/]+")}$`)),
    );
    const isOpen = (verb: string, path: string) =>
      open.some((route) => route.test(`${verb === "HEAD" ? "GET" : verb} ${path}`));
    const tries = closedRoutes().flatMap(({ path }) =>
      [...VERBS, "OPTIONS", "PROPFIND"].flatMap((verb) =>
        isOpen(verb, path) ? [] : outsiders().map((headers): Try => [verb, path, headers]),
      ),
    );
    await leavesNothing(system(), () =>
      forAll(tries, (answer, one) =>
        one[0] === "OPTIONS" ? expect(answer.status).to.equal(200) : isShut(answer, one),
      ),
    );
  }).timeout(MS_MAX);

  it("stay shut whatever headers say of the caller, the method or the path", async () => {
    const tries = closedRoutes().flatMap(({ method, path }) =>
      CLAIMS.flatMap((claim) => outsiders().map((headers): Try => [method, path, { ...headers, ...claim }])),
    );
    await leavesNothing(system(), () =>
      forAll(tries, (answer, one) => {
        expect(answer.status, `${JSON.stringify(one)} ${answer.text}`).to.be.oneOf([401, 403]);
        expect(answer.text).not.to.contain(EVIL_HOST);
      }),
    );
  }).timeout(MS_MAX);

  it("take a token in the Authorization header and nowhere else", async () => {
    const { token } = system().admin;
    const tries = closedRoutes().flatMap(({ method, path }): Try[] => [
      [method, `${path}?token=${token}&access_token=${token}`, {}],
      [method, path, { cookie: `token=${token}; access_token=${token}; jwt=${token}` }],
      [
        method,
        path,
        { "x-access-token": token, "x-auth-token": token, "proxy-authorization": `Bearer ${token}` },
      ],
      [method, path, { authorization: `Basic ${Buffer.from(`admin:${token}`).toString("base64")}` }],
    ]);
    await leavesNothing(system(), () =>
      forAll(tries, (answer, one) => expect(answer.status, JSON.stringify(one).slice(0, 200)).to.equal(401)),
    );
  }).timeout(MS_MAX);

  it("open no public page to another host: nothing served names the one in the headers", async () => {
    const claim = {
      "x-forwarded-host": EVIL_HOST,
      "x-forwarded-proto": "http",
      forwarded: `host=${EVIL_HOST}`,
    };
    const { events } = ids;
    const paths = [
      ...["/api/v1", "/api/v1/events?limit=1", `/api/v1/events/${events}`, "/api/v1/bookings"],
      ...["/openapi.json", "/docs", "/health", "/api/events", "/events", "/nowhere"],
    ];
    const tries = paths.flatMap((path) =>
      outsiders().flatMap((headers): Try[] => [
        ["GET", path, { ...headers, ...claim }],
        ["GET", path, { ...headers, host: EVIL_HOST }],
      ]),
    );
    await forAll(tries, (answer, one) => {
      expect(answer.status, JSON.stringify(one)).to.be.below(500);
      expect(answer.text, JSON.stringify(one)).not.to.contain(EVIL_HOST);
    });
    // Where money is paid is told to the buyer alone, and leads to this installation.
    const paid = await system().event({ requires_payment: true });
    const headers = { ...bearer(user.token), "content-type": "application/json", ...claim, host: EVIL_HOST };
    const response = await fetch(`${system().api.url}/api/v1/bookings`, {
      method: "POST",
      headers,
      body: JSON.stringify({ event_id: paid.id, quantity: 1 }),
    });
    expect(response.status).to.equal(201);
    expect((await response.text()) + JSON.stringify([...response.headers])).not.to.contain(EVIL_HOST);
  });
});
