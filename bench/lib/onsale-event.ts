import { logIn, refusal } from "./buyers.ts";
import type { Host } from "./host.ts";
import { Lane } from "./lane.ts";
import type { OnsaleOptions } from "./onsale-options.ts";

const PRICE = 25;
const DAY_MS = 86_400_000;

/** Puts the event on sale, as the admin of the server. @returns its id */
export async function createSaleEvent(
  { origin, admin }: Host,
  { tickets, quantity }: OnsaleOptions,
): Promise<string> {
  const lane = new Lane(origin);
  try {
    const token = await logIn(lane, admin);
    const body = {
      name: "The on-sale",
      venue: "Evently Arena",
      event_date: new Date(Date.now() + 30 * DAY_MS).toISOString(),
      total_capacity: tickets,
      price: PRICE,
      max_tickets_per_booking: quantity.max,
    };
    const reply = await lane.ask({ method: "POST", path: "/api/v1/events", token, body });
    const id = reply.body?.data?.id;
    if (typeof id === "string") return id;
    throw new Error(refusal(reply, "creating the event"));
  } finally {
    await lane.close();
  }
}

/** What anybody can see of an event: how many tickets it has, and how many are left. */
export async function readStock(lane: Lane, eventId: string) {
  const reply = await lane.ask({ method: "GET", path: `/api/v1/events/${eventId}` });
  const capacity = reply.body?.data?.total_capacity;
  const available = reply.body?.data?.available_seats;
  if (typeof capacity === "number" && typeof available === "number") return { capacity, available };
  throw new Error(refusal(reply, "reading the event"));
}
