import { setTimeout as sleep } from "node:timers/promises";
import { BENCH_PRICE_MINOR } from "../lib/bench-events.ts";
import { refusal } from "../lib/buyers.ts";
import { type Ask, Lane, share } from "../lib/lane.ts";
import type { Stage } from "../lib/stage.ts";
import { HealthProbe } from "../open-loop/health-probe.ts";
import { latenciesOf } from "../open-loop/measure-open.ts";
import { PacedProbe } from "../open-loop/paced-probe.ts";
import type { OthersSeen, ProbeSeen } from "./overload-result.ts";

const EVERY_MS = 200;
const LANES = 8;
const AGAIN_MAX = 20;
const DAY_MS = 86_400_000;

/** A booking that is held until it is paid. */
interface Held {
  readonly id: string;
  readonly token: string;
}

/**
 * Those who want something else while new bookings are asked for without end: to finish a purchase, to know what became of
 * it, to read, and to know whether the server lives. Their purchases are begun before.
 */
export async function prepareOthers(stage: Stage, seconds: number) {
  const { origin } = stage;
  const held = await holdTickets(stage, Math.ceil((seconds * 1_000) / EVERY_MS));
  const [confirming, polling] = [held[Symbol.iterator](), held[Symbol.iterator]()];
  const paced = (next: () => Ask | null) => new PacedProbe({ origin, everyMs: EVERY_MS, next });
  const token = stage.users[0]!.token;
  const probes = {
    health: new HealthProbe(origin),
    confirm: paced(() => {
      const one = confirming.next().value;
      const body = { payment_token: "tok_success" };
      return one === undefined
        ? null
        : { ...one, method: "POST", path: `/api/v1/bookings/${one.id}/confirm`, body };
    }),
    poll: paced(() => {
      const one = polling.next().value;
      return one === undefined ? null : { ...one, method: "GET", path: `/api/v1/bookings/${one.id}` };
    }),
    list: paced(() => ({ method: "GET", path: "/api/v1/bookings", token })),
    page: paced(() => ({ method: "GET", path: "/api/v1/events", token })),
  };
  const all = Object.values(probes);
  return {
    start: () => all.forEach((probe) => void probe.start()),
    pause: () => all.forEach((probe) => void probe.pause()),
    stop: async (): Promise<OthersSeen> => {
      const seen = await Promise.all(
        Object.entries(probes).map(async ([name, probe]) => [name, await readingOf(probe)] as const),
      );
      return Object.fromEntries(seen) as unknown as OthersSeen;
    },
  };
}

async function readingOf(probe: PacedProbe): Promise<ProbeSeen> {
  const { latency, failed, shed } = await probe.stop();
  return { latency: latenciesOf([latency]), failed, shed };
}

async function holdTickets({ origin, adminToken, users }: Stage, count: number): Promise<readonly Held[]> {
  const lanes = Array.from({ length: LANES }, () => new Lane(origin));
  const held: Held[] = [];
  try {
    const event = await createdId(lanes[0]!, {
      method: "POST",
      path: "/api/v1/events",
      token: adminToken,
      body: {
        name: "Benchmark, to be paid",
        venue: "Evently Arena",
        event_date: new Date(Date.now() + 30 * DAY_MS).toISOString(),
        total_capacity: count,
        price: BENCH_PRICE_MINOR / 100,
        requires_payment: true,
      },
    });
    await share(lanes, count, async (lane, at) => {
      const { token } = users[at % users.length]!;
      const body = { event_id: event, quantity: 1 };
      held.push({
        token,
        id: await createdId(lane, { method: "POST", path: "/api/v1/bookings", token, body }),
      });
    });
    return held;
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
  }
}

/** The server may not be done with the overload before: it says when to come again. */
async function createdId(lane: Lane, ask: Ask): Promise<string> {
  let reply = await lane.ask(ask);
  for (let again = 0; reply.status === 503 && again < AGAIN_MAX; again += 1) {
    await sleep(reply.retryAfterMs ?? 1_000);
    reply = await lane.ask(ask);
  }
  const id = reply.body?.data?.id;
  if (reply.status === 201 && typeof id === "string") return id;
  throw new Error(refusal(reply, `${ask.method} ${ask.path} before the overload`));
}

/** What an API process has turned away since it began, by class and reason. */
export async function shedSoFar(origin: string): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  const lines = text.matchAll(/^evently_shed_total\{class="(\w+)",reason="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries(
    [...lines].map(([, one, reason, count]) => [`${one} (${reason})`, Number(count)]),
  );
}

/** What was turned away between two readings. */
export function shedBetween(
  from: Readonly<Record<string, number>>,
  to: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const counts = Object.entries(to).map(([name, count]) => [name, count - (from[name] ?? 0)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
