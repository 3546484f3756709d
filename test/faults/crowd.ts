import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type Reply } from "../support/client.ts";
import { History, type Order } from "../support/history.ts";

/** Shorter than what Retry-After asks for: recovery shall be seen, but the asking must not slow it down. */
const RETRY_MS = 100;
const END_MS_MAX = 12_000;
const QUANTITY_MAX = 4;

export interface Buyer {
  readonly token: string;
  readonly userId: string;
}

/** An order somebody placed and may ask for again. */
export interface Placed {
  readonly buyer: Buyer;
  readonly order: Order;
}

export interface CrowdOptions {
  readonly buyers: readonly Buyer[];
  readonly eventId: string;
  /** Base addresses of API processes; asked for every request, so that it may change. */
  readonly apis: () => readonly string[];
  /** Tickets of one order; 1 to 4 by default. */
  readonly quantity?: () => number;
}

/** Asks for an answer as soon as the order is accepted. */
export const RESPOND_ASYNC = { Prefer: "respond-async" };

/**
 * Buyers who order one after another, each with a key, and who ask again with the same key until they know the end:
 * after a 503, a 202, a lost connection, and then another API process where there is one.
 */
export class Crowd {
  readonly history = new History();
  readonly eventId: string;
  readonly #options: CrowdOptions;
  readonly #clients = new Map<string, Client>();
  readonly #placed: Placed[] = [];
  #ordering = true;
  #buying: Promise<void>[] = [];
  #turn = 0;

  constructor(options: CrowdOptions) {
    this.#options = options;
    this.eventId = options.eventId;
  }

  /** Orders that were confirmed so far. */
  get confirmed(): number {
    return this.history.answers(201).length;
  }

  /** Sends in `count` more buyers. */
  enter(count: number): void {
    for (let i = 0; i < count; i++) this.#buying.push(this.#buy());
  }

  /** Resolves when every buyer has found the event sold out. */
  async soldOut(): Promise<void> {
    await Promise.all(this.#buying);
  }

  /** Takes no more orders; resolves when all have an end. */
  async leave(): Promise<void> {
    this.#ordering = false;
    await Promise.all(this.#buying);
  }

  async #buy(): Promise<void> {
    while (this.#ordering) {
      const reply = await this.pursue(this.place());
      if (reply.body.code === "EVENT_SOLD_OUT") return;
    }
  }

  /** A new order of the next buyer, not yet sent. */
  place(): Placed {
    const buyer = this.#next(this.#options.buyers);
    const quantity = this.#options.quantity?.() ?? 1 + Math.floor(Math.random() * QUANTITY_MAX);
    const order = this.history.open({ key: randomUUID(), quantity, userId: buyer.userId });
    this.#placed.push({ buyer, order });
    return { buyer, order };
  }

  /** Has `count` new orders accepted without waiting for their decisions. @throws where one is not. */
  async queue(count: number): Promise<Placed[]> {
    const placed = Array.from({ length: count }, () => this.place());
    const replies = await Promise.all(placed.map((one) => this.ask(one, RESPOND_ASYNC)));
    const other = replies.find((reply) => reply?.status !== 202);
    if (other !== undefined) throw new Error(`not accepted: ${other?.status} ${JSON.stringify(other?.body)}`);
    return placed;
  }

  /** Asks for every order that has no end yet, until it has. */
  async resolve(): Promise<void> {
    await Promise.all(
      this.#placed
        .filter(({ order }) => !order.attempts.some(({ status }) => status === 201 || status === 409))
        .map((placed) => this.pursue(placed)),
    );
  }

  /** Asks for an order until it has an end. @throws where it gets none in time. */
  async pursue(placed: Placed): Promise<Reply> {
    const deadline = History.now() + END_MS_MAX;
    // Every third one first asks to be accepted only: that promise has to be kept as well.
    let headers: Readonly<Record<string, string>> = this.history.orders.length % 3 === 0 ? RESPOND_ASYNC : {};
    while (History.now() < deadline) {
      const reply = await this.ask(placed, headers);
      if (reply !== null && reply.status !== 202 && reply.status !== 503) return reply;
      headers = {};
      await sleep(RETRY_MS);
    }
    throw new Error(`order ${placed.order.key} has no end: ${JSON.stringify(placed.order.attempts.at(-1))}`);
  }

  /** Sends one request of an order to one of the processes; null where no answer came. */
  ask(
    { buyer, order }: Placed,
    headers: Readonly<Record<string, string>> = {},
    apis = this.#options.apis(),
  ): Promise<Reply | null> {
    const client = this.#client(this.#next(apis));
    const sent = { "Idempotency-Key": order.key, ...headers };
    return this.history.attempt(order, () =>
      client.book(buyer.token, this.eventId, order.quantity, { headers: sent }),
    );
  }

  #client(url: string): Client {
    const known = this.#clients.get(url) ?? new Client(url);
    this.#clients.set(url, known);
    return known;
  }

  #next<T>(all: readonly T[]): T {
    this.#turn += 1;
    return all[this.#turn % all.length] as T;
  }
}
