import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type Reply } from "../support/client.ts";
import { History, type Order } from "../support/history.ts";
import type { Buyer } from "./stage.ts";

const RETRY_MS = 25;
const QUANTITY_MAX = 4;

export interface CrowdOptions {
  readonly buyers: readonly Buyer[];
  readonly eventId: string;
  /** Base addresses of API processes; asked for every request, so that it may change. */
  readonly apis: () => readonly string[];
  /** Tickets of one order; 1 to 4 by default. */
  readonly quantity?: () => number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Buyers who order one after another, each with a key, and who ask again with the same key until they know the end:
 * after a 503, a 202, a lost connection, and then another API process where there is one.
 */
export class Crowd {
  readonly history = new History();
  readonly #options: CrowdOptions;
  readonly #clients = new Map<string, Client>();
  #ordering = true;
  #buying: Promise<void>[] = [];
  #turn = 0;

  constructor(options: CrowdOptions) {
    this.#options = options;
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
      const buyer = this.#next(this.#options.buyers);
      const quantity = this.#options.quantity?.() ?? 1 + Math.floor(Math.random() * QUANTITY_MAX);
      const reply = await this.pursue(buyer, { key: randomUUID(), quantity });
      if (reply.body.code === "EVENT_SOLD_OUT") return;
    }
  }

  /** Places an order and asks until it has an end. */
  async pursue(buyer: Buyer, wanted: { readonly key: string; readonly quantity: number }): Promise<Reply> {
    const order = this.history.open({ ...wanted, userId: buyer.userId });
    for (;;) {
      const reply = await this.ask(buyer, order);
      if (reply !== null && reply.status !== 202 && reply.status !== 503) return reply;
      await sleep(RETRY_MS);
    }
  }

  /** Sends one request of an order. */
  ask({ token }: Buyer, order: Order, headers = this.#options.headers): Promise<Reply | null> {
    const client = this.#client(this.#next(this.#options.apis()));
    const sent = { "Idempotency-Key": order.key, ...headers };
    const { eventId } = this.#options;
    return this.history.attempt(order, () => client.book(token, eventId, order.quantity, { headers: sent }));
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
