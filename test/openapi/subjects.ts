import { randomBytes } from "node:crypto";
import { inDays } from "../support/client.ts";
import type { DocumentedOperation } from "../support/contract.ts";
import { until } from "../support/until.ts";
import { exampleBody, type OperationWorld, type Subject } from "./world.ts";

// biome-ignore lint/suspicious/noExplicitAny: replies are read as any client would, field by field
type Json = any;

const NOBODYS = "01990000-0000-7000-8000-000000000000";
const REHEARSAL_MS_MAX = 20_000;

type Special = (world: OperationWorld) => Promise<Partial<Subject>>;

/** A subject for which an operation succeeds: of its own where the table has one, else by its path and first example. */
export async function subjectOf(world: OperationWorld, one: DocumentedOperation): Promise<Subject> {
  const { operation, path } = one;
  const special = SPECIAL[operation.operationId.replace(/AsAdmin$/, "")];
  const made = special === undefined ? {} : await special(world);
  const token = made.token ?? (await tokenFor(world, operation["x-required-role"], path));
  const params = made.params ?? (await paramsFor(world, path, token));
  const example = operation.requestBody?.content["application/json"].examples.example1.value;
  return { token, params, body: made.body ?? withIds(example, params) };
}

/** The events and venues of this world are the admin's. */
async function tokenFor(
  world: OperationWorld,
  role: string | undefined,
  path: string,
): Promise<string | null> {
  if (role === undefined || role === "public") return null;
  return role !== "user" || path.includes("/events") ? world.admin.token : (await world.person()).token;
}

async function paramsFor(
  world: OperationWorld,
  path: string,
  token: string | null,
): Promise<Record<string, string>> {
  if (!path.includes("{")) return {};
  if (/\/bookings\/\{id\}|\/reference\/|\/payments\/initiate/.test(path)) {
    const booking = await world.booking(token as string);
    return { id: booking.id, reference: booking.booking_reference };
  }
  if (path.includes("/venues/")) return { id: (await world.venue()).id };
  const { id } = await world.event();
  return { id, eventId: id, userId: world.admin.userId, provider: "test" };
}

/** An example's ids are of nobody; those of the objects that the operation is about take their place. */
function withIds(example: Json, { id, eventId }: Readonly<Record<string, string>>): Json {
  return example?.event_id === undefined ? example : { ...example, event_id: id ?? eventId };
}

const oneself: Special = async (world) => {
  const { token, userId } = await world.person();
  return { token, params: { userId } };
};

/** Nobody listens there. */
const WEBHOOK = { url: "http://127.0.0.1:9/hooks" };

const webhook: Special = async (world) => {
  const { token } = await world.system.organizer();
  return { token, params: { id: (await world.call("createWebhook", { token, body: WEBHOOK })).id } };
};

/** A browser that pushes may go to; one belongs to the last who said so. */
function browser(world: OperationWorld): Json {
  const example = exampleBody("addPushSubscription");
  return { ...example, endpoint: `${example.endpoint}/${world.newEmail()}` };
}

const ROW = { section: "Stalls", row: "A" };

/** A trace that is kept: of a request whose caller traces it. */
const trace: Special = async ({ system }) => {
  const traceId = randomBytes(16).toString("hex");
  const headers = { traceparent: `00-${traceId}-${"1".repeat(16)}-01` };
  await system.client.get("/events?limit=1", { headers });
  const { token } = system.admin;
  await until("the trace", async () => {
    return (await system.client.get(`/tracing/trace/${traceId}`, { token })).status === 200;
  });
  return { params: { traceId } };
};

/** Somebody who has an event, and who rehearses nothing else: one at a time is what a person may. */
const rehearsing: Special = async (world) => {
  const { token } = await world.system.organizer();
  const body = { ...exampleBody("createEvent"), event_date: inDays(30) };
  const { id } = await world.call("createEvent", { token, body });
  return { token, params: { id }, body: exampleBody("startRehearsal", "example3") };
};

const rehearsed: Special = async (world) => {
  const { token, params, body } = (await rehearsing(world)) as Subject;
  // As many may be under way as may be at once.
  const started = () => world.call("startRehearsal", { token, params, body }).catch(() => null);
  const { id: rehearsalId } = await until("a rehearsal's start", started, REHEARSAL_MS_MAX);
  const over = async () =>
    (await world.call("getRehearsal", { token, params: { ...params, rehearsalId } })).status !== "running";
  await until("the rehearsal's end", over, REHEARSAL_MS_MAX);
  return { token, params: { ...params, rehearsalId } };
};

/** Ends with its first answer, whatever else is asked of it: the system is not there for it alone. */
const LOAD_TEST = { scenario: "event-page", concurrent_users: 1, duration_seconds: 1, requests_max: 1 };

/** Operations that need more than an object of the kind in their path. */
const SPECIAL: Readonly<Record<string, Special>> = {
  startLoadTest: async () => ({ body: LOAD_TEST }),
  getLoadTest: async () => ({ params: { testId: NOBODYS } }),
  startRehearsal: rehearsing,
  exportAnalytics: async (world) => ({ token: world.admin.token, params: { file: "bookings.csv" } }),
  getRehearsal: rehearsed,
  getRehearsalChart: rehearsed,
  register: async (world) => ({ body: { ...exampleBody("register"), email: world.newEmail() } }),
  login: async (world) => {
    const { email, password } = await world.account();
    return { body: { email, password } };
  },
  refresh: async (world) => ({ body: { refresh_token: (await world.account()).refresh_token } }),
  changePassword: async (world) => {
    const { password, token } = await world.account();
    return { token, body: { currentPassword: password, newPassword: `${password} and more` } };
  },
  getTrace: trace,
  getUser: async (world) => ({ params: { id: (await world.person()).userId } }),
  changeUser: async (world) => ({ params: { id: (await world.person()).userId } }),
  endSession: async (world) => {
    const { token } = await world.person();
    const [session] = await world.call("listSessions", { token });
    return { token, params: { id: session.id } };
  },

  createEvent: async () => ({ body: { ...exampleBody("createEvent"), event_date: inDays(30) } }),
  updateEvent: async () => ({ body: { name: "Another Evening" } }),
  patchEvent: async () => ({ body: { price: 12 } }),
  resumeSale: async (world) => {
    const params = { id: (await world.event()).id };
    await world.asAdmin("pauseSale", { params });
    return { params };
  },
  getSeats: async (world) => ({ params: { id: (await world.seated()).id } }),
  blockSeats: async (world) => ({ params: { id: (await world.seated()).id }, body: ROW }),
  releaseSeats: async (world) => {
    const part = { params: { id: (await world.seated()).id }, body: ROW };
    await world.asAdmin("blockSeats", part);
    return part;
  },

  bookTickets: async (world) => ({ body: { event_id: (await world.event()).id, quantity: 2 } }),
  listBookingsOfUser: oneself,
  transferBooking: async (world) => ({ body: { to_user_id: (await world.person()).userId } }),
  exchangeTickets: async (world) => {
    const event = await world.seated({ requires_payment: false });
    const { token } = await world.person();
    const booking = await world.call("bookTickets", { token, body: { event_id: event.id, quantity: 2 } });
    return { token, params: { id: booking.id }, body: { best_available: true } };
  },
  checkInTicket: async (world) => {
    const { token } = await world.person();
    const { id } = await world.booking(token);
    const { tickets } = await world.call("getTickets", { token, params: { id } });
    return { body: { code: tickets[0].code } };
  },
  confirmBooking: (world) => world.unpaid(),
  initiatePayment: (world) => world.unpaid(),
  getPayment: (world) => world.payment(),
  getPaymentOfBooking: (world) => world.payment(),
  getTestPayment: (world) => world.payment(),
  completeTestPayment: async (world) => {
    const { params } = await world.payment();
    return { params: { ...params, outcome: "success" } };
  },

  joinWaitlist: async (world) => ({ params: { eventId: (await world.soldOut()).id }, body: {} }),
  joinWaitlistByBody: async (world) => ({ body: { event_id: (await world.soldOut()).id } }),
  getWaitlistEntry: (world) => world.waiting(),
  leaveWaitlist: (world) => world.waiting(),

  listNotifications: oneself,
  sendNotification: async (world) => ({
    body: { ...exampleBody("sendNotification"), user_id: (await world.person()).userId },
  }),
  markNotification: (world) => world.told(),
  listDeliveries: (world) => world.told(),
  getBroadcast: async (world) => {
    const eventId = (await world.event()).id;
    const { id } = await world.asAdmin("broadcastNotification", {
      params: { eventId },
      body: exampleBody("broadcastNotification"),
    });
    return { params: { id } };
  },
  ...Object.fromEntries(
    [
      "getWebhook",
      "patchWebhook",
      "deleteWebhook",
      "rotateWebhookSecret",
      "tryWebhook",
      "listWebhookDeliveries",
    ].map((operationId): [string, Special] => [operationId, webhook]),
  ),
  createWebhook: async () => ({ body: WEBHOOK }),
  addPushSubscription: async (world) => ({ body: browser(world) }),
  removePushSubscription: async (world) => {
    const { token } = await world.person();
    const body = browser(world);
    await world.call("addPushSubscription", { token, body });
    return { token, body: { endpoint: body.endpoint } };
  },
};
