import { expect } from "chai";
import { sharedSystem } from "../http/shared-system.ts";
import { leavesNothing } from "../http/unchanged.ts";
import { resolved } from "../openapi/mutations.ts";
import { subjectOf } from "../openapi/subjects.ts";
import { OperationWorld, requestOf, type Subject } from "../openapi/world.ts";
import { DOCUMENT, type DocumentedOperation, operationsOf } from "../support/contract.ts";
import { trustedGateway } from "../surface-b/gateway.ts";

const MS_MAX = 60_000;
/** What nobody may say of themselves or of what they buy, as it stands in a body. */
const SMUGGLED: readonly (readonly [name: string, json: string])[] = [
  ["role", '"admin"'],
  ["is_admin", "true"],
  ["permissions", '["*"]'],
  ["status", '"confirmed"'],
  ["price", "0"],
  ["total_amount", "0"],
  ["user_id", '"00000000-0000-7000-8000-000000000000"'],
  ["id", '"00000000-0000-7000-8000-000000000000"'],
  ["created_by", '"00000000-0000-7000-8000-000000000000"'],
  ["is_active", "true"],
  ["created_at", '"2020-01-01T00:00:00Z"'],
  ["password_hash", '"x"'],
  ["prototype", '{"role":"admin"}'],
];
/** Refused before anybody reads the body's fields. */
const POLLUTING: readonly string[] = [
  '"__proto__":{"role":"admin"}',
  '"\\u005f_proto__":{"role":"admin"}',
  '"constructor":{"prototype":{"role":"admin"}}',
  '"x":[{"y":{"__proto__":{"role":"admin"}}}]',
];

/** Who takes such a field after all: what it does there is tested where the operation is. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  // With the admin-creation token only: test/identity/register.test.ts.
  register: ["role"],
  createAdmin: ["role"],
  // An admin's: test/identity/admin-changes.test.ts.
  changeUser: ["role", "is_active"],
  // An organizer's own event: test/http/event-changes.test.ts.
  createEvent: ["price"],
  createEventAsAdmin: ["price"],
  updateEvent: ["price"],
  updateEventAsAdmin: ["price"],
  patchEvent: ["price"],
  patchEventAsAdmin: ["price"],
  // The caller only: test/http/bookings.test.ts, test/http/waitlist.test.ts.
  bookTickets: ["user_id"],
  joinWaitlist: ["user_id"],
  joinWaitlistByBody: ["user_id"],
  // An admin's.
  sendNotification: ["user_id"],
  // One's own endpoint.
  patchWebhook: ["is_active"],
};
/** Bodies that are not looked at before something else is right: a token, a signature. */
const REFUSED_BEFORE: Readonly<Record<string, number>> = { createAdmin: 404, receivePaymentCallback: 401 };
const OPERATIONS = operationsOf(DOCUMENT).filter(({ operation }) => operation.requestBody !== undefined);

describe("fields that nobody may say", () => {
  const system = sharedSystem();

  it("are taken by the operations that mean them, and by no other", () => {
    for (const { operation } of OPERATIONS) {
      const { properties = {} } = resolved(operation.requestBody.content["application/json"].schema);
      const taken = SMUGGLED.map(([name]) => name).filter((name) => Object.hasOwn(properties, name));
      expect(taken, operation.operationId).to.have.members(MEANT[operation.operationId] ?? []);
    }
  });

  it("are refused by name in every body, and change nothing", async () => {
    const world = new OperationWorld(system());
    const prepared: { readonly one: DocumentedOperation; readonly subject: Subject }[] = [];
    for (const one of OPERATIONS) prepared.push({ one, subject: await subjectOf(world, one) });
    await leavesNothing(system(), async () => {
      for (const { one, subject } of prepared) {
        const { operationId } = one.operation;
        const [method, path, options] = requestOf(one, subject);
        const fields = JSON.stringify(subject.body ?? {}).slice(1, -1);
        const send = async (more: string, detail: string) => {
          const body = `{${fields}${fields === "" ? "" : ","}${more}}`;
          const reply = await system().client.request(method, path, { ...options, body });
          const about = `${operationId} with ${more}: ${JSON.stringify(reply.body)}`;
          expect(reply.status, about).to.equal(REFUSED_BEFORE[operationId] ?? 400);
          if (reply.status === 400) expect(Object.keys(reply.body.details), about).to.include(detail);
        };
        for (const [name, json] of SMUGGLED)
          if (!MEANT[operationId]?.includes(name)) await send(`"${name}":${json}`, name);
        for (const more of POLLUTING) await send(more, "body");
      }
    });
    expect(({} as { role?: string }).role).to.equal(undefined);
  }).timeout(MS_MAX);
});

describe("fields that nobody may say, on surface B, which takes no notice of what it does not know", () => {
  const { system, sendBare, people, event } = trustedGateway();

  it("have no effect", async () => {
    const [one, other] = await people(2);
    const number = await event(3);
    const more = `"role":"admin","status":"cancelled","price":0,"id":1,"seat_status":"free","is_active":false`;
    const body = `{"event_id":${number},${more},"owner":${other?.number}}`;
    const booked = await sendBare("POST /bookings", { token: one?.token ?? "", body });
    expect(booked.status, JSON.stringify(booked.body)).to.equal(201);
    expect(booked.body).to.include({ user_id: one?.number, event_id: number });
    expect(booked.body.status).not.to.equal("cancelled");
    const { rows } = await system().pool.query("select role, is_active from users where id = $1", [
      one?.userId,
    ]);
    expect(rows).to.deep.equal([{ role: "user", is_active: true }]);
    const foreign = await sendBare("GET /users/me/bookings", { token: other?.token ?? "" });
    expect(foreign.body).to.deep.equal([]);
  });
});
