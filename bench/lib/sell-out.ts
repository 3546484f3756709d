import { openEvents } from "./bench-events.ts";
import type { Check } from "./books.ts";
import { type Contestant, contestantOf } from "./contestants.ts";
import { Lane, share } from "./lane.ts";
import { isEmptied } from "./lines.ts";
import { ANSWER_IS, type Variant } from "./scenarios.ts";
import { checkSellOut, readSold, type Told } from "./sell-out-books.ts";
import type { Stage } from "./stage.ts";

/** What there is to sell and how often it is asked for. */
export interface SellOutSize {
  readonly capacity: number;
  readonly requests: number;
}

export const SELL_OUT: SellOutSize = { capacity: 2_000, requests: 3_000 };
export const SELL_OUT_QUICK: SellOutSize = { capacity: 200, requests: 300 };

/** How one variant sold an event out. */
export interface SellOut extends SellOutSize {
  readonly variant: Variant;
  readonly answer_is: (typeof ANSWER_IS)[Variant];
  readonly confirmed: number;
  readonly accepted: number;
  readonly refused: number;
  /** Answers of other kinds, and broken connections, by what they were. Each was asked again. */
  readonly errors_by_kind: Readonly<Record<string, number>>;
  /** Bookings in PostgreSQL at the end. */
  readonly booked: number;
  /** From the first request until the last booking was written. */
  readonly took_ms: number;
  readonly violations: readonly string[];
}

const LANES = 100;
const ATTEMPTS_MAX = 5;
const EMPTY_MS_MAX = 60_000;

/** Has one variant sell an event out to more buyers than it has tickets for, and holds what it said against its books. */
export async function sellOut(stage: Stage, variant: Variant, size: SellOutSize): Promise<SellOut> {
  const { cast, pool, origin, adminToken } = stage;
  const contestant = contestantOf(variant, cast, pool);
  const [eventId] = await openEvents(
    { origin, adminToken, db: pool },
    { events: 1, isSeated: false, capacity: size.capacity },
  );
  contestant.line?.work();
  const startedMs = performance.now();
  const told = await askAll(stage, contestant, { eventId: eventId!, requests: size.requests });
  const emptied = contestant.line === null || (await isEmptied(contestant.line, EMPTY_MS_MAX));
  const tookMs = Math.round(performance.now() - startedMs);
  await contestant.line?.rest();
  await contestant.line?.clear();
  const sold = await readSold(pool, variant, eventId!);
  const checks: Check[] = [
    { name: "the line is emptied", holds: emptied, facts: `after ${tookMs} ms` },
    ...checkSellOut({ told, sold, capacity: size.capacity, answerIs: ANSWER_IS[variant] }),
    ...(await contestant.check([eventId!])),
  ];
  return {
    variant,
    ...size,
    answer_is: ANSWER_IS[variant],
    confirmed: told.confirmed.length,
    accepted: told.accepted.length,
    refused: told.refused,
    errors_by_kind: told.errors,
    booked: sold.ids.length,
    took_ms: tookMs,
    violations: checks.filter(({ holds }) => !holds).map(({ name, facts }) => `${name}: ${facts}`),
  };
}

async function askAll(
  { users }: Stage,
  { api, variant }: Contestant,
  { eventId, requests }: { readonly eventId: string; readonly requests: number },
): Promise<Told> {
  const told: Told = { confirmed: [], accepted: [], refused: 0, errors: {} };
  const lanes = Array.from({ length: LANES }, () => new Lane(`http://127.0.0.1:${api.port}`));
  try {
    await share(lanes, requests, async (lane, at) => {
      const buyer = { token: users[at % users.length]!.token, isKeyed: variant === "evently-keyed" };
      // A buyer who was told that it did not work tries again, which is another request.
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1)
        if (await askOnce(lane, buyer, eventId, told)) return;
    });
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
  }
  return told;
}

/** @returns whether the buyer was told something definite */
async function askOnce(
  lane: Lane,
  buyer: { readonly token: string; readonly isKeyed: boolean },
  eventId: string,
  told: Told,
): Promise<boolean> {
  const reply = await lane
    .ask({
      method: "POST",
      path: "/api/v1/bookings",
      token: buyer.token,
      headers: buyer.isKeyed ? { "idempotency-key": crypto.randomUUID() } : {},
      body: { event_id: eventId, quantity: 1 },
    })
    .catch(() => null);
  const id = reply?.body?.data?.id;
  if (reply?.status === 201 && typeof id === "string") told.confirmed.push(id);
  else if (reply?.status === 202 && typeof id === "string") told.accepted.push(id);
  else if (reply?.status === 409) told.refused += 1;
  else {
    const kind = reply === null ? "broken" : `${reply.status}`;
    told.errors[kind] = (told.errors[kind] ?? 0) + 1;
    return false;
  }
  return true;
}
