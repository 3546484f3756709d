import { randomUUIDv7 } from "node:crypto";
import { expect } from "chai";
import { type Person, sharedSystem } from "../http/shared-system.ts";
import { leavesNothing } from "../http/unchanged.ts";
import { mediansOf } from "../identity/medians.ts";
import { OperationWorld, operationNamed, requestOf, type Subject } from "../openapi/world.ts";
import type { Reply } from "../support/client.ts";

const REFERENCE_OF_NOBODY = "EVT20250913ABCDEFGHJKMN";
/** Medians of an answer about somebody else's and one about nobody's object differ by less: a quarter, or this. */
const NOISE_MS = 1.5;
const MS_MAX = 60_000;

/** An operation on an object of the victim's; `missing` names one that never was, in the same way. */
interface Attack {
  readonly operationId: string;
  readonly params: Readonly<Record<string, string>>;
  readonly missing: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Everything that the victim has. */
interface Victim {
  readonly bookingId: string;
  readonly reference: string;
  readonly heldId: string;
  readonly paymentId: string;
  readonly notificationId: string;
  readonly sessionId: string;
  readonly webhookId: string;
  readonly broadcastId: string;
  readonly eventId: string;
}

/** An id as one of the same event would be, of nothing. */
function besides(id: string): string {
  return id.slice(0, 19) + randomUUIDv7().slice(19, 24) + id.slice(24, 32) + randomUUIDv7().slice(32);
}

function onBooking(id: string, operationId: string, body?: unknown): Attack {
  return { operationId, params: { id }, missing: { id: besides(id) }, body };
}

function onObject(id: string, operationId: string, body?: unknown): Attack {
  return { operationId, params: { id }, missing: { id: randomUUIDv7() }, body };
}

/** What a person can try on what another person has. */
function attacksOfUser(victim: Victim, attackerId: string): Attack[] {
  const { bookingId, heldId, reference, paymentId } = victim;
  const to = { to_user_id: attackerId };
  return [
    onBooking(bookingId, "getBooking"),
    {
      operationId: "getBookingByReference",
      params: { reference },
      missing: { reference: REFERENCE_OF_NOBODY },
    },
    onBooking(bookingId, "cancelBooking"),
    { ...onBooking(bookingId, "cancelBooking", { quantity: 1 }), headers: { "idempotency-key": "once" } },
    onBooking(bookingId, "deleteBooking"),
    onBooking(bookingId, "transferBooking", to),
    { ...onBooking(bookingId, "transferBooking", to), headers: { "idempotency-key": "mine" } },
    onBooking(bookingId, "exchangeTickets", { best_available: true }),
    onBooking(bookingId, "getTickets"),
    onBooking(heldId, "confirmBooking", { payment_token: "tok_success" }),
    onBooking(heldId, "initiatePayment", {}),
    onBooking(heldId, "getPaymentOfBooking"),
    {
      operationId: "getPayment",
      params: { paymentId },
      missing: { paymentId: besides(paymentId) },
    },
    onObject(victim.notificationId, "markNotification", { read: true }),
    onObject(victim.notificationId, "listDeliveries"),
    onObject(victim.sessionId, "endSession"),
  ];
}

/** What an organizer can try on what another organizer has. */
function attacksOfOrganizer({ webhookId, broadcastId }: Victim): Attack[] {
  return [
    onObject(webhookId, "getWebhook"),
    onObject(webhookId, "patchWebhook", { is_active: false }),
    onObject(webhookId, "rotateWebhookSecret", {}),
    onObject(webhookId, "tryWebhook", {}),
    onObject(webhookId, "listWebhookDeliveries"),
    onObject(webhookId, "deleteWebhook"),
    onObject(broadcastId, "getBroadcast"),
  ];
}

/** One request in a hundred is traced, whatever it asks for. */
const BY_CHANCE = "x-trace-id";

describe("what belongs to somebody else", () => {
  const system = sharedSystem();
  let world: OperationWorld;
  let attacker: Person;
  let rival: Person;
  let owner: Person;
  let victim: Victim;
  let victimOf: Person;

  before(async function () {
    this.timeout(MS_MAX);
    world = new OperationWorld(system());
    [attacker, rival, owner] = [await world.person(), await system().organizer(), await system().organizer()];
    const person = await world.person();
    victimOf = person;
    const { token } = person;
    const event = await system().client.createEvent(owner.token, { total_capacity: 50 });
    const booking = await world.call("bookTickets", { token, body: { event_id: event.id, quantity: 2 } });
    const dear = await world.event({ requires_payment: true });
    const held = await world.call("bookTickets", { token, body: { event_id: dear.id, quantity: 1 } });
    const payment = await world.call("initiatePayment", { token, params: { id: held.id }, body: {} });
    const body = { user_id: person.userId, type: "event_update", title: "Hello", message: "For you" };
    const told = await world.asAdmin("sendNotification", { body });
    const [session] = await world.call("listSessions", { token });
    const hook = { url: "http://127.0.0.1:9/hooks" };
    const webhook = await world.call("createWebhook", { token: owner.token, body: hook });
    const broadcast = await world.call("broadcastNotification", {
      token: owner.token,
      params: { eventId: event.id },
      body: { type: "event_update", title: "Doors", message: "They open at seven" },
    });
    victim = {
      bookingId: booking.id,
      reference: booking.booking_reference,
      heldId: held.id,
      paymentId: payment.id,
      notificationId: told.id,
      sessionId: session.id,
      webhookId: webhook.id,
      broadcastId: broadcast.id,
      eventId: event.id,
    };
  });

  function send(operationId: string, subject: Partial<Subject>, headers = {}): Promise<Reply> {
    const [method, path, options] = requestOf(operationNamed(operationId), subject);
    return system().client.request(method, path, { ...options, headers });
  }

  /** A reply without what every reply has of its own. */
  function said({ status, body, headers }: Reply) {
    const { timestamp: _, request_id: __, ...rest } = body;
    return {
      status,
      type: headers.get("content-type"),
      names: [...headers.keys()].filter((name) => name !== BY_CHANCE),
      body: rest,
    };
  }

  const attacks = () => [
    ...attacksOfUser(victim, attacker.userId).map((attack) => ({ attack, by: attacker })),
    ...attacksOfOrganizer(victim).map((attack) => ({ attack, by: rival })),
  ];

  it("is answered like what never was, whatever is tried on it, and stays as it is", async () => {
    await leavesNothing(system(), async () => {
      for (const { attack, by } of attacks()) {
        const { operationId, body, headers } = attack;
        const ask = (params: Attack["params"]) =>
          send(operationId, { token: by.token, params, body }, headers);
        const [foreign, missing] = [await ask(attack.params), await ask(attack.missing)];
        expect(foreign.status, `${operationId} ${JSON.stringify(foreign.body)}`).to.equal(404);
        expect(said(foreign), operationId).to.deep.equal(said(missing));
      }
    });
    const { token } = victimOf;
    const kept = await send("getBooking", { token, params: { id: victim.bookingId } });
    expect(kept.body.data).to.include({ status: "confirmed", quantity: 2 });
    const webhook = await send("getWebhook", { token: owner.token, params: { id: victim.webhookId } });
    expect(webhook.body.data.is_active).to.equal(true);
  }).timeout(MS_MAX);

  it("answers within the same time: medians differ by less than a quarter or 1.5 ms", async () => {
    const agree = (a: number, b: number) => Math.abs(a - b) < Math.max(NOISE_MS, Math.min(a, b) / 4);
    const told: string[] = [];
    for (const { attack, by } of attacks()) {
      const { operationId, body, headers } = attack;
      const ask = (params: Attack["params"]) => () =>
        send(operationId, { token: by.token, params, body }, headers);
      const [foreign, missing] = await mediansOf(ask(attack.params), ask(attack.missing), agree);
      if (!agree(foreign, missing))
        told.push(`${operationId}: ${foreign.toFixed(2)} and ${missing.toFixed(2)} ms`);
    }
    expect(told).to.deep.equal([]);
  }).timeout(2 * MS_MAX);

  it("in a path with a person's id is 403, whether there is such a person or not", async () => {
    const { eventId } = victim;
    for (const [operationId, more] of [
      ["listBookingsOfUser", {}],
      ["listNotifications", {}],
      ["getWaitlistEntry", { eventId }],
      ["leaveWaitlist", { eventId }],
    ] as const) {
      const ask = (userId: string) =>
        send(operationId, { token: attacker.token, params: { ...more, userId } });
      const foreign = await ask(victimOf.userId);
      const missing = await ask(randomUUIDv7());
      expect(foreign.status, operationId).to.equal(403);
      expect(said(foreign), operationId).to.deep.equal(said(missing));
    }
  });

  it("as the subscription of a browser cannot be given up, and goes on", async () => {
    const endpoint = `https://updates.push.services.mozilla.com/wpush/v2/${randomUUIDv7()}`;
    const { keys } =
      operationNamed("addPushSubscription").operation.requestBody.content["application/json"].examples
        .example1.value;
    await world.call("addPushSubscription", { token: victimOf.token, body: { endpoint, keys } });
    const give = (address: string) =>
      send("removePushSubscription", { token: attacker.token, body: { endpoint: address } });
    const foreign = await give(endpoint);
    const missing = await give(`${endpoint}x`);
    expect(foreign.status).to.be.oneOf([200, 404]);
    expect(said(foreign)).to.deep.equal(said(missing));
    const { rows } = await system().pool.query("select user_id from push_subscription where endpoint = $1", [
      endpoint,
    ]);
    expect(rows).to.deep.equal([{ user_id: victimOf.userId }]);
  });

  it("is as little another organizer's event: nothing of it is told or changed", async () => {
    const { eventId } = victim;
    const params = { id: eventId, eventId };
    const missing = { id: randomUUIDv7(), eventId: randomUUIDv7() };
    const bodies: Readonly<Record<string, unknown>> = {
      updateEvent: { price: 1 },
      patchEvent: { price: 1 },
      updateEventAsAdmin: { price: 1 },
      patchEventAsAdmin: { price: 1 },
      blockSeats: { section: "A" },
      releaseSeats: { section: "A" },
      addPromoCode: { code: "FREE", discount_percent: 100 },
      broadcastNotification: { type: "event_update", title: "t", message: "m" },
    };
    const reads = ["listBookingsOfEvent", "listPromoCodes", "getFeed", "countCheckIns"];
    const writes = [
      ...["cancelEvent", "cancelEventAsAdmin", "pauseSale", "resumeSale", "processWaitlist"],
      ...Object.keys(bodies),
    ];
    await leavesNothing(system(), async () => {
      for (const operationId of [...reads, ...writes]) {
        const body = bodies[operationId];
        const foreign = await send(operationId, { token: rival.token, params, body });
        expect(foreign.status, `${operationId} ${JSON.stringify(foreign.body)}`).to.be.oneOf([403, 404]);
        expect(foreign.body).not.to.have.property("data");
        const none = await send(operationId, { token: rival.token, params: missing, body });
        expect(none.status, operationId).to.equal(404);
        if (foreign.status === 404) expect(said(foreign), operationId).to.deep.equal(said(none));
      }
    });
  });
});
