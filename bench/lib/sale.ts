import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Buyer } from "./buyers.ts";
import { type Lane, type Reply, share } from "./lane.ts";

/** How one buyer's evening ended. `atMs` counts from the start of the sale, `tookMs` from the buyer's click. */
export type Answer = { readonly quantity: number; readonly atMs: number; readonly tookMs: number } & (
  | { readonly type: "confirmed"; readonly bookingId: string }
  | { readonly type: "refused"; readonly code: string }
  | { readonly type: "unanswered"; readonly why: string }
);

type Verdict =
  | { readonly type: "confirmed"; readonly bookingId: string }
  | { readonly type: "refused"; readonly code: string }
  | { readonly type: "unanswered"; readonly why: string };

/** What the buyers had to do again before they had an answer. */
export interface Patience {
  busy: number;
  broken: number;
  polled: number;
}

export interface Sale {
  readonly answers: readonly Answer[];
  readonly patience: Readonly<Patience>;
  readonly tookMs: number;
}

const PATIENCE_MS_MAX = 120_000;
const BUSY_MS = 1_000;
const BUSY_SPREAD_MS = 250;
const BROKEN_MS = 200;
const POLL_MS = 250;

/**
 * Everybody books at once: each lane serves one buyer at a time until all have an answer. A buyer keeps one
 * idempotency key: a 503 or a broken connection is tried again with it, a 202 is polled.
 */
export async function holdSale(options: {
  readonly lanes: readonly Lane[];
  readonly buyers: readonly Buyer[];
  readonly eventId: string;
  readonly onAnswer: (answer: Answer) => void;
}): Promise<Sale> {
  const patience: Patience = { busy: 0, broken: 0, polled: 0 };
  const answers: Answer[] = [];
  const startedMs = performance.now();
  await share(options.lanes, options.buyers.length, async (lane, at) => {
    const buyer = options.buyers[at]!;
    const clickedMs = performance.now();
    const verdict = await buy({ lane, buyer, at, eventId: options.eventId, patience });
    const nowMs = performance.now();
    const answer = {
      ...verdict,
      quantity: buyer.quantity,
      atMs: nowMs - startedMs,
      tookMs: nowMs - clickedMs,
    };
    answers.push(answer);
    options.onAnswer(answer);
  });
  return { answers, patience, tookMs: performance.now() - startedMs };
}

interface Purchase {
  readonly lane: Lane;
  readonly buyer: Buyer;
  /** The buyer's number: spreads out those who were all told to come back in a second. */
  readonly at: number;
  readonly eventId: string;
  readonly patience: Patience;
}

async function buy(purchase: Purchase): Promise<Verdict> {
  const { buyer, eventId, patience } = purchase;
  const key = randomUUID();
  const deadlineMs = performance.now() + PATIENCE_MS_MAX;
  let last = "no answer";
  while (performance.now() < deadlineMs) {
    try {
      const reply = await purchase.lane.ask({
        method: "POST",
        path: "/api/v1/bookings",
        token: buyer.token,
        headers: { "idempotency-key": key },
        body: { event_id: eventId, quantity: buyer.quantity },
      });
      if (reply.status === 202) return await poll(purchase, reply, deadlineMs);
      if (reply.status !== 503 && reply.status !== 429) return verdictOf(reply);
      patience.busy += 1;
      last = `${reply.status} ${reply.body?.code ?? ""}`;
      await sleep((reply.retryAfterMs ?? BUSY_MS) + (BUSY_SPREAD_MS * (purchase.at % 16)) / 16);
    } catch (error) {
      patience.broken += 1;
      last = error instanceof Error ? error.message : String(error);
      await sleep(BROKEN_MS);
    }
  }
  return { type: "unanswered", why: last };
}

/** Follows a booking that was still in line when the server answered. */
async function poll(purchase: Purchase, accepted: Reply, deadlineMs: number): Promise<Verdict> {
  const path = accepted.location;
  if (path === null) return { type: "unanswered", why: "a 202 without Location" };
  let waitMs = accepted.retryAfterMs ?? POLL_MS;
  while (performance.now() < deadlineMs) {
    await sleep(waitMs);
    purchase.patience.polled += 1;
    const reply = await purchase.lane.ask({ method: "GET", path, token: purchase.buyer.token });
    waitMs = reply.retryAfterMs ?? POLL_MS;
    const status = reply.body?.data?.status;
    if (status === "confirmed") return { type: "confirmed", bookingId: String(reply.body?.data?.id) };
    if (status === "rejected") return { type: "refused", code: rejectionOf(reply) };
    if (reply.status !== 200 && reply.status !== 503) return verdictOf(reply);
  }
  return { type: "unanswered", why: "still in line" };
}

function rejectionOf(reply: Reply): string {
  const rejection = reply.body?.data?.rejection as { readonly code?: string } | undefined;
  return String(reply.body?.data?.code ?? rejection?.code ?? "REJECTED");
}

function verdictOf(reply: Reply): Verdict {
  const { status, body } = reply;
  if (status === 201 && body?.data?.status === "confirmed") {
    return { type: "confirmed", bookingId: String(body.data.id) };
  }
  if (status === 409 && body?.code !== undefined) return { type: "refused", code: body.code };
  return { type: "unanswered", why: `${status} ${body?.code ?? ""} ${body?.error ?? ""}`.trim() };
}
