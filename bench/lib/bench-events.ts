import type { Queryable } from "../../src/store/database.ts";
import { createPeerEvents } from "../peers/tables.ts";
import { SEAT_CONFIGURATION } from "./bench-seats.ts";
import { refusal } from "./buyers.ts";
import { Lane, share } from "./lane.ts";
import type { Scenario } from "./scenarios.ts";

/** The price of a ticket of the benchmark's events, in cents. */
export const BENCH_PRICE_MINOR = 2_500;

/** More than can be sold while something is measured. */
const CAPACITY = 1_000_000;
const LANES_MAX = 8;
const DAY_MS = 86_400_000;

/**
 * Creates a scenario's events over the product's API and puts them on sale at every peer too, except those with seats.
 * @param capacity tickets of each; without it more than can be sold while something is measured
 * @returns their ids
 */
export async function openEvents(
  {
    origin,
    adminToken,
    db,
  }: { readonly origin: string; readonly adminToken: string; readonly db: Queryable },
  {
    events,
    isSeated,
    capacity = CAPACITY,
  }: Pick<Scenario, "events" | "isSeated"> & { readonly capacity?: number },
): Promise<string[]> {
  const lanes = Array.from({ length: Math.min(LANES_MAX, events) }, () => new Lane(origin));
  const ids: string[] = [];
  try {
    await share(lanes, events, async (lane) => {
      ids.push(await createEvent(lane, adminToken, isSeated ? null : capacity));
    });
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
  }
  if (!isSeated) await createPeerEvents(db, ids, { capacity, priceMinor: BENCH_PRICE_MINOR });
  return ids;
}

/** @param capacity null: as many as the seat map has seats */
async function createEvent(lane: Lane, token: string, capacity: number | null): Promise<string> {
  const body = {
    name: "Benchmark",
    venue: "Evently Arena",
    event_date: new Date(Date.now() + 30 * DAY_MS).toISOString(),
    ...(capacity === null
      ? { seat_configuration: SEAT_CONFIGURATION, requires_payment: false }
      : { total_capacity: capacity }),
    price: BENCH_PRICE_MINOR / 100,
  };
  const reply = await lane.ask({ method: "POST", path: "/api/v1/events", token, body });
  const id = reply.body?.data?.id;
  if (typeof id === "string") return id;
  throw new Error(refusal(reply, "creating an event of the benchmark"));
}
