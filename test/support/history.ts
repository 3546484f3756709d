import type { Reply } from "./client.ts";

/** One request of an order: when it was sent, when its answer was there, and what it said. */
export interface Attempt {
  readonly sentAt: number;
  readonly doneAt: number;
  /** Null where no answer came: it may or may not have taken effect. */
  readonly status: number | null;
  readonly code: string | null;
  readonly bookingId: string | null;
  readonly hasRetryAfter: boolean;
}

/** Something a client wants once: all its requests carry the same key. */
export interface Order {
  readonly key: string;
  readonly userId: string;
  readonly quantity: number;
  readonly attempts: readonly Attempt[];
}

/** What the database holds after everything has come to rest. */
export interface Truth {
  readonly capacity: number;
  readonly confirmed: ReadonlyMap<string, { readonly userId: string; readonly quantity: number }>;
  /** The place in the ledger of every decided booking command. */
  readonly seqOf: ReadonlyMap<string, number>;
  /** Envelopes still in the mailbox, or counted in and not counted out. */
  readonly waiting: number;
  /** Commands that were set aside as failed. */
  readonly failed: number;
}

/** What the clients of one event asked and were told, written down as it happened. */
export class History {
  readonly #orders: { key: string; userId: string; quantity: number; attempts: Attempt[] }[] = [];

  get orders(): readonly Order[] {
    return this.#orders;
  }

  /** Milliseconds on the clock of all times in here. */
  static now(): number {
    return performance.now();
  }

  open(order: { readonly key: string; readonly userId: string; readonly quantity: number }): Order {
    const opened = { ...order, attempts: [] };
    this.#orders.push(opened);
    return opened;
  }

  /** Sends a request of an order and writes down its answer; null where none came. */
  async attempt(order: Order, send: () => Promise<Reply>): Promise<Reply | null> {
    const sentAt = History.now();
    const reply = await send().catch(() => null);
    (order.attempts as Attempt[]).push({
      sentAt,
      doneAt: History.now(),
      status: reply?.status ?? null,
      code: reply?.body?.code ?? null,
      bookingId: reply?.body?.data?.id ?? null,
      hasRetryAfter: reply?.headers.has("retry-after") ?? false,
    });
    return reply;
  }

  /** All answers with this status. */
  answers(status: number | null): Attempt[] {
    return this.#orders.flatMap(({ attempts }) => attempts.filter((attempt) => attempt.status === status));
  }

  /** How long after `at` the first request that was sent after it was confirmed; infinity where none was. */
  confirmedWithin(at: number): number {
    return Math.min(
      ...this.answers(201)
        .filter(({ sentAt }) => sentAt >= at)
        .map(({ doneAt }) => doneAt - at),
    );
  }
}

const EXPECTED: ReadonlySet<number | null> = new Set([201, 202, 409, 503, null]);

/**
 * What is wrong with a history, in words; nothing where every client was told the truth.
 * It knows only what clients saw and what the tables hold, nothing of how the product works.
 */
export function violationsOf(orders: readonly Order[], truth: Truth): string[] {
  return [
    ...orders.flatMap((order) => [...badAnswers(order), ...brokenPromises(order, truth)]),
    ...unownedBookings(orders, truth),
    ...falseRefusals(orders, truth),
    ...overtaken(orders, truth),
    ...(soldOf(truth) > truth.capacity ? [`${soldOf(truth)} seats sold of ${truth.capacity}`] : []),
    ...(truth.waiting > 0 ? [`${truth.waiting} accepted commands were never decided`] : []),
    ...(truth.failed > 0 ? [`${truth.failed} commands were set aside as failed`] : []),
  ];
}

function soldOf({ confirmed }: Truth): number {
  return [...confirmed.values()].reduce((sum, { quantity }) => sum + quantity, 0);
}

function badAnswers({ key, attempts }: Order): string[] {
  const odd = attempts.filter(({ status }) => !EXPECTED.has(status));
  const bare = attempts.filter(({ status, hasRetryAfter }) => status === 503 && !hasRetryAfter);
  return [
    ...odd.map(({ status, code }) => `${key} was answered ${status} ${code}`),
    ...bare.map(() => `${key} was answered 503 without Retry-After`),
  ];
}

/** The id under which an order was confirmed, where it was. */
function confirmedId({ attempts }: Order): string | null {
  return attempts.find(({ status }) => status === 201)?.bookingId ?? null;
}

function isRefused({ attempts }: Order): boolean {
  return attempts.some(({ status }) => status === 409);
}

function brokenPromises(order: Order, { confirmed }: Truth): string[] {
  const { key, attempts, userId, quantity } = order;
  const ids = new Set(attempts.flatMap(({ bookingId }) => bookingId ?? []));
  const id = confirmedId(order);
  if (ids.size > 1) return [`${key} was given ${ids.size} bookings`];
  if (id === null) return isRefused(order) ? [] : [`${key} never got an end`];
  if (isRefused(order)) return [`${key} was both confirmed and refused`];
  const booking = confirmed.get(id);
  if (booking === undefined) return [`${key} was confirmed as ${id}, which is gone`];
  return booking.userId === userId && booking.quantity === quantity
    ? []
    : [`${key} was confirmed as ${id}, which is another booking`];
}

function unownedBookings(orders: readonly Order[], { confirmed }: Truth): string[] {
  const owned = new Map(orders.flatMap((order) => [[confirmedId(order), order.key] as const]));
  return [...confirmed.keys()].filter((id) => !owned.has(id)).map((id) => `nobody was told of booking ${id}`);
}

/** In a sale without cancellations seats only become fewer: who was refused cannot be outdone later. */
function falseRefusals(orders: readonly Order[], truth: Truth): string[] {
  const left = truth.capacity - soldOf(truth);
  const refused = orders.filter(isRefused);
  const outdone = refused.filter(({ attempts, quantity }) => {
    const toldAt = Math.min(...attempts.filter(({ status }) => status === 409).map(({ doneAt }) => doneAt));
    return orders.some(
      (other) =>
        other.quantity >= quantity &&
        confirmedId(other) !== null &&
        (other.attempts[0]?.sentAt ?? 0) > toldAt,
    );
  });
  return [
    ...refused
      .filter(({ quantity }) => quantity <= left)
      .map(({ key, quantity }) => `${key} was refused ${quantity} seats while ${left} are left`),
    ...outdone.map(({ key }) => `${key} was refused what a later request was given`),
  ];
}

/** Whose accept was acknowledged before another was sent must stand before it in the ledger. */
function overtaken(orders: readonly Order[], { seqOf }: Truth): string[] {
  const placed = orders.flatMap(({ key, attempts }) => {
    const acknowledged = attempts.filter(({ bookingId }) => bookingId !== null);
    const seq = seqOf.get(acknowledged[0]?.bookingId ?? "");
    const sentAt = attempts[0]?.sentAt ?? 0;
    return seq === undefined ? [] : [{ key, seq, sentAt, ackedAt: acknowledged[0]?.doneAt ?? 0 }];
  });
  const acked = placed.toSorted((a, b) => a.ackedAt - b.ackedAt);
  let [next, seqMax, last] = [0, 0, ""];
  return placed
    .toSorted((a, b) => a.sentAt - b.sentAt)
    .flatMap(({ key, seq, sentAt }) => {
      for (let other = acked[next]; other !== undefined && other.ackedAt < sentAt; other = acked[++next]) {
        if (other.seq > seqMax) [seqMax, last] = [other.seq, other.key];
      }
      return seq < seqMax ? [`${key} was decided before ${last}, which was accepted before it was sent`] : [];
    });
}
