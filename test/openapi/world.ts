import type { Person, System } from "../http/shared-system.ts";
import { inDays } from "../support/client.ts";
import { DOCUMENT, type DocumentedOperation } from "../support/contract.ts";

// biome-ignore lint/suspicious/noExplicitAny: replies are read as any client would, field by field
type Json = any;

/** What an operation is called with so that it succeeds: whose token, which object, which body. */
export interface Subject {
  readonly token: string | null;
  readonly params: Readonly<Record<string, string>>;
  /** Undefined: none. */
  readonly body: Json;
}

/**
 * Makes the objects that operations need, by the operations themselves. Each operation gets objects of its own, so that
 * one that ends an object spoils no other's.
 */
export class OperationWorld {
  readonly system: System;
  #made = 0;

  constructor(system: System) {
    this.system = system;
  }

  get admin(): Person {
    return this.system.admin;
  }

  person(): Promise<Person> {
    return this.system.person();
  }

  /** Calls an operation of the document by its id. @throws where it does not succeed. */
  async call(operationId: string, subject: Partial<Subject>): Promise<Json> {
    const reply = await this.system.client.request(...requestOf(operationNamed(operationId), subject));
    if (reply.status >= 300) throw new Error(`${operationId}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body.data;
  }

  /** The same as the admin, whose the events and venues of this world are. */
  asAdmin(operationId: string, subject: Partial<Subject> = {}): Promise<Json> {
    return this.call(operationId, { token: this.admin.token, ...subject });
  }

  event(fields: Json = {}): Promise<Json> {
    const body = { ...exampleBody("createEvent"), event_date: inDays(30), ...fields };
    return this.asAdmin("createEvent", { body });
  }

  seated(fields: Json = {}): Promise<Json> {
    const body = { ...exampleBody("createEvent", "example2"), event_date: inDays(30), ...fields };
    return this.asAdmin("createEvent", { body });
  }

  venue(): Promise<Json> {
    return this.asAdmin("createVenue", { body: exampleBody("createVenue") });
  }

  async booking(token: string, fields: Json = {}): Promise<Json> {
    const event = await this.event(fields);
    return await this.call("bookTickets", { token, body: { event_id: event.id, quantity: 2 } });
  }

  newEmail(): string {
    this.#made += 1;
    return `driver-${process.pid}-${Date.now()}-${this.#made}@example.com`;
  }

  /** An account with a password that is known, and its tokens. Dear: its password is hashed. */
  async account(): Promise<Json> {
    const body = { ...exampleBody("register"), email: this.newEmail() };
    return { ...body, ...(await this.call("register", { body })) };
  }

  async soldOut(): Promise<Json> {
    const event = await this.event({ total_capacity: 1 });
    const { token } = await this.person();
    await this.call("bookTickets", { token, body: { event_id: event.id, quantity: 1 } });
    return event;
  }

  /** Somebody in a waitlist. */
  async waiting(): Promise<Partial<Subject>> {
    const eventId = (await this.soldOut()).id;
    const { token, userId } = await this.person();
    await this.call("joinWaitlist", { token, params: { eventId }, body: {} });
    return { token, params: { eventId, userId } };
  }

  /** A booking that is held for money. */
  async unpaid(): Promise<{ token: string; params: { id: string } }> {
    const { token } = await this.person();
    const booking = await this.booking(token, { requires_payment: true });
    return { token, params: { id: booking.id } };
  }

  /** The same with a payment that is open. */
  async payment(): Promise<{ token: string; params: { id: string; paymentId: string; ref: string } }> {
    const { token, params } = await this.unpaid();
    const payment = await this.call("initiatePayment", { token, params, body: {} });
    return {
      token,
      params: { ...params, paymentId: payment.id, ref: payment.checkout_url.split("/").at(-1) },
    };
  }

  /** Somebody who was told something. */
  async told(): Promise<{ token: string; params: { id: string; userId: string } }> {
    const { token, userId } = await this.person();
    const body = { ...exampleBody("sendNotification"), user_id: userId };
    const { id } = await this.asAdmin("sendNotification", { body });
    return { token, params: { id, userId } };
  }
}

/** An operation of the document, by its id. */
export function operationNamed(operationId: string): DocumentedOperation {
  for (const [path, item] of Object.entries<Json>(DOCUMENT.paths)) {
    for (const [method, operation] of Object.entries<Json>(item)) {
      if (operation.operationId === operationId) return { method: method.toUpperCase(), path, operation };
    }
  }
  throw new Error(`the document has no operation ${operationId}`);
}

/** The arguments of `Client.request` for an operation of the canonical surface. */
export function requestOf(
  { method, path }: DocumentedOperation,
  { token, params = {}, body }: Partial<Subject>,
): [string, string, { token?: string; body?: Json }] {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  return [method, filled.replace(/^\/api\/v1/, ""), { ...(token == null ? {} : { token }), body }];
}

/** An example of an operation's body, as the document has it. */
export function exampleBody(operationId: string, name = "example1"): Json {
  return operationNamed(operationId).operation.requestBody.content["application/json"].examples[name].value;
}
