import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { sharedSystem } from "../http/shared-system.ts";
import { leavesNothing } from "../http/unchanged.ts";
import { resolved } from "../openapi/mutations.ts";
import { subjectOf } from "../openapi/subjects.ts";
import { OperationWorld, requestOf, type Subject } from "../openapi/world.ts";
import { auditEvent } from "../support/books.ts";
import type { Reply } from "../support/client.ts";
import type { DocumentedOperation } from "../support/contract.ts";
import { operationsOf } from "../support/contract.ts";
import { trustedGateway } from "../surface-b/gateway.ts";

// biome-ignore lint/suspicious/noExplicitAny: the document is read as any client would, field by field
type Json = any;

const SLEEP_S = 20;
/** No single request takes so long, unless the database did as it was told. */
const ANSWER_MS_MAX = SLEEP_S * 1_000 - 500;
const MS_MAX = 150_000;
const AT_ONCE = 6;
const BUSY_REST_MS = 1_000;
const BUSY_TIMES_MAX = 15;
const PAYLOADS = [
  "' OR '1'='1",
  "'; drop table booking cascade; --",
  "' union select password_hash from users --",
  `' || pg_sleep(${SLEEP_S})::text || '`,
  `1; select pg_sleep(${SLEEP_S})`,
  "0) or 1=1 --",
  "\\'; truncate ledger; --",
];
/** What is in no reply, whatever was asked. */
const TELLTALE =
  /argon2|syntax error|unterminated|relation "|column "|\b22P02\b|\b42601\b|invalid input syntax/i;
/** A password is hashed for each of these: one payload a field is enough. */
const DEAR: ReadonlySet<string> = new Set(["register", "login", "changePassword", "createAdmin"]);
/** Whoever sends it is logged out. */
const ENDING: ReadonlySet<string> = new Set(["logout", "logoutEverywhere"]);
const HEADERS = [
  "idempotency-key",
  "if-match",
  "if-none-match",
  "x-request-id",
  "prefer",
  "accept",
  "user-agent",
];

interface Try {
  readonly about: string;
  readonly send: readonly [string, string, Json];
}

/** Requests with a payload in one place: each parameter, each field that may be a text, each header. */
function tries(one: DocumentedOperation, subject: Subject): Try[] {
  const { operation } = one;
  const { operationId } = operation;
  const payloads = DEAR.has(operationId) ? PAYLOADS.slice(0, 1) : PAYLOADS;
  const made: Try[] = [];
  const add = (about: string, send: Try["send"]) => made.push({ about: `${operationId}: ${about}`, send });
  const good = requestOf(one, subject);
  const [method, path, options] = good;
  for (const parameter of (operation.parameters ?? []).map(resolved)) {
    for (const text of payloads) {
      const { name, in: place } = parameter;
      const about = `${name} = ${text}`;
      if (place === "path")
        add(about, requestOf(one, { ...subject, params: { ...subject.params, [name]: text } }));
      if (place === "query")
        add(about, [method, `${path}?${new URLSearchParams({ [name]: text })}`, options]);
    }
  }
  const schema = resolved(operation.requestBody?.content["application/json"].schema);
  for (const [field, of] of Object.entries<Json>(schema?.properties ?? {})) {
    for (const text of payloads)
      for (const value of hostile(resolved(of), text))
        add(`${field} = ${JSON.stringify(value)}`, [
          method,
          path,
          { ...options, body: { ...subject.body, [field]: value } },
        ]);
  }
  for (const name of HEADERS) {
    const text = PAYLOADS[0] as string;
    add(`${name}: ${text}`, [method, path, { ...options, headers: { [name]: text } }]);
  }
  return made;
}

/** A payload in the place of a text, and inside what stands where a list or an object does. */
function hostile(schema: Json, text: string): Json[] {
  const kinds: Json[] = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map(resolved);
  const list = kinds.find(({ type }) => type === "array");
  const object = kinds.find(({ properties }) => properties !== undefined);
  const inside = Object.keys(object?.properties ?? {}).map((name) => ({ [name]: text }));
  const inItems = Object.keys(resolved(list?.items ?? {})?.properties ?? {}).map((name) => [
    { [name]: text },
  ]);
  return [text, ...(list === undefined ? [] : [[text], ...inItems]), ...inside];
}

/** Asks again where a bound was reached: rehearsals take seconds, and only so many are made at once. */
async function patiently(ask: () => Promise<Reply>): Promise<Reply> {
  for (let left = BUSY_TIMES_MAX; ; left -= 1) {
    const reply = await ask();
    if (reply.body?.code !== "OVERLOADED" || left === 0) return reply;
    expect(Number(reply.headers.get("retry-after"))).to.be.above(0);
    await sleep(BUSY_REST_MS);
  }
}

describe("SQL in what is sent", () => {
  const system = sharedSystem();
  let operations: DocumentedOperation[];
  before(async () => {
    const response = await fetch(`${system().api.url}/openapi.json`);
    operations = operationsOf(await response.json()).filter(({ path }) => path.startsWith("/api/v1/"));
  });

  /** What an injection would be after, in one row: the tables there are, and what a bystander has. */
  async function valuables(bystander: string, eventId: string, settings: readonly string[]): Promise<Json> {
    const { rows } = await system().pool.query(
      `select (select string_agg(table_schema || '.' || table_name, ' ' order by 1) from information_schema.tables
                where table_schema in ('public', 'mailbox')) as tables,
              (select md5(u::text) from users u where id = $1) as person,
              (select md5(string_agg(b::text, '' order by id)) from booking b where user_id = $1) as bookings,
              (select md5(string_agg(l::text, '' order by seq)) from ledger l where event_id = $2) as ledger,
              (select md5(e::text) from event e where event_id = $2) as event,
              (select md5(string_agg(s::text, '' order by name)) from setting s where name = any($3)) as settings,
              (select count(*) from users where role <> 'user' and password_hash <> 'nobody can log in with this') as powerful`,
      [bystander, eventId, settings],
    );
    return rows[0];
  }

  it("is text, in every parameter, field and header of every operation", async () => {
    const world = new OperationWorld(system());
    const bystander = await world.person();
    const event = await world.event();
    const body = { event_id: event.id, quantity: 2 };
    await world.call("bookTickets", { token: bystander.token, body });
    // Some are made when they are first needed.
    const known = await system().pool.query<{ name: string }>("select name from setting");
    const settings = known.rows.map(({ name }) => name);
    const before = await valuables(bystander.userId, event.id, settings);
    let sent = 0;
    const attack = async (one: DocumentedOperation) => {
      const subject = await subjectOf(world, one);
      for (const { about, send } of tries(one, subject)) {
        const { body: more, ...options } = send[2];
        // Once logged out, all that follows would be 401 and reach nothing.
        const token = ENDING.has(one.operation.operationId) ? (await world.person()).token : options.token;
        let startedMs = 0;
        const reply = await patiently(() => {
          startedMs = performance.now();
          return system().client.request(send[0], send[1], {
            ...options,
            ...(token === undefined ? {} : { token }),
            ...(more === undefined ? {} : { body: more }),
          });
        });
        expect(reply.status, about).to.be.below(500);
        expect(performance.now() - startedMs, about).to.be.below(ANSWER_MS_MAX);
        expect(JSON.stringify(reply.body), about).not.to.match(TELLTALE);
        sent += 1;
      }
    };
    const waiting = [...operations];
    const wrong: string[] = [];
    const worker = async () => {
      for (let one = waiting.pop(); one !== undefined; one = waiting.pop())
        await attack(one).catch((error: Error) => wrong.push(error.message));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    expect(wrong).to.deep.equal([]);
    expect(sent).to.be.above(2_500);
    expect(await valuables(bystander.userId, event.id, settings)).to.deep.equal(before);
    expect(await auditEvent(system().database.url, event.id)).to.include({ sold: 2, confirmed: 1 });
  }).timeout(MS_MAX);

  it("makes no mailbox of an id: their names are made of ids that were looked up", async () => {
    const { client, admin } = system();
    const { id } = await system().event();
    const ids = [
      ...["booking", "event", `event.${id}`, `${id}.dlq`, `${id}'`, `${id}";drop schema mailbox cascade;--`],
      ...[
        "*",
        "__proto__",
        "pgboss",
        "../job",
        `{${id}}`,
        id.replaceAll("-", ""),
        `${id}\n`,
        `urn:uuid:${id}`,
      ],
    ];
    await leavesNothing(system(), async () => {
      for (const hostileId of ids) {
        const encoded = encodeURIComponent(hostileId);
        const { token } = admin;
        for (const reply of [
          await client.post("/bookings", { event_id: hostileId, quantity: 1 }, { token }),
          await client.post("/waitlist/join", { event_id: hostileId }, { token }),
          await client.post(`/waitlist/${encoded}/join`, {}, { token }),
          await client.post(`/events/${encoded}/pause`, {}, { token }),
          await client.request("DELETE", `/events/${encoded}`, { token }),
        ])
          expect(reply.status, hostileId).to.be.oneOf([400, 404]);
      }
    });
  });
});

describe("SQL in what is sent to surface A and surface B", () => {
  const { system, sendBare, people, event } = trustedGateway();

  it("is text there, too", async () => {
    const [one] = await people(1);
    const token = one?.token ?? "";
    const number = await event(2);
    await leavesNothing(system(), async () => {
      for (const text of PAYLOADS) {
        const encoded = encodeURIComponent(text);
        for (const route of [
          ...["GET /events/", "GET /bookings/", "DELETE /bookings/", "DELETE /waitlists/"],
          ...["GET /api/events/", "GET /api/bookings/", "DELETE /api/bookings/"],
          ...["GET /api/waitlist/position/", "DELETE /api/waitlist/"],
        ]) {
          const reply = await sendBare(route + encoded, { token });
          expect(reply.status, route + text).to.be.oneOf([400, 404, 422]);
          expect(JSON.stringify(reply.body), route).not.to.match(TELLTALE);
        }
        for (const [route, body] of [
          ["POST /bookings", { event_id: text }],
          ["POST /bookings", { event_id: number, seat_id: text }],
          ["POST /bookings", { event_id: number, user_id: text }],
          ["POST /api/bookings", { eventId: text, quantity: 1 }],
          ["POST /api/waitlist", { eventId: text }],
        ] as const) {
          const reply = await sendBare(route, { token, body });
          expect(reply.status, route + text).to.be.oneOf([400, 404, 422]);
        }
        const login = await sendBare("POST /api/auth/login", { body: { email: text, password: "x" } });
        expect(login.status).to.be.oneOf([400, 401]);
        for (const name of ["limit", "offset", "page", "status", "search", "skip"]) {
          for (const path of ["/events", "/api/events", "/users/me/bookings", "/api/bookings"]) {
            const reply = await sendBare(`GET ${path}?${name}=${encoded}`, { token });
            expect(reply.status, path + name).to.be.oneOf([200, 400, 422]);
          }
        }
      }
    });
  });
});
