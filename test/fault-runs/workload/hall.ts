import type { EventFacts } from "../history/entry.ts";
import type { HistoryWriter } from "../history/history-writer.ts";
import { diceFor } from "./dice.ts";
import type { EventName } from "./mix.ts";

/** An event of the workload, on sale. */
export interface EventOnSale {
  readonly name: string;
  readonly id: string;
  readonly facts: EventFacts;
  /** Ids of its seats in the order of the layout; none where it has none. */
  readonly seats: readonly string[];
}

export type Hall = Readonly<Record<EventName, EventOnSale>>;

const DAY_MS = 86_400_000;
const DAYS_AHEAD = 30;
const PRICE = 12.5;
/** Never sold out in a run, so that nobody may be refused there. */
const PLAIN_CAPACITY = 50_000;

interface Plan {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly isSeated?: true;
}

/** How each event sells; sizes are the seed's. */
export function plansOf(seed: number): Readonly<Record<EventName, Plan>> {
  const dice = diceFor(seed, "hall");
  const limits = { max_holds_per_user: 100 };
  return {
    plain: { fields: { ...limits, total_capacity: PLAIN_CAPACITY, price: PRICE } },
    // Sold out after a few bookings, so that people are refused and wait in short runs, too.
    scarce: { fields: { ...limits, total_capacity: dice.between(4, 10), price: PRICE } },
    limited: {
      fields: { ...limits, total_capacity: 1_000, price: PRICE, max_tickets_per_user: dice.between(3, 9) },
    },
    seated: {
      isSeated: true,
      fields: {
        ...limits,
        requires_payment: false,
        offer_ttl_seconds: 2,
        seat_configuration: {
          sections: [
            { name: "Stalls", rows: dice.between(2, 4), seats_per_row: 10, price: PRICE },
            { name: "Balcony", rows: 2, seats_per_row: dice.between(5, 8), price: 2 * PRICE },
          ],
        },
      },
    },
    paid: {
      fields: {
        ...limits,
        total_capacity: dice.between(30, 90),
        price: PRICE,
        requires_payment: true,
        hold_ttl_seconds: dice.between(1, 3),
        offer_ttl_seconds: 2,
      },
    },
  };
}

interface Opening {
  readonly api: string;
  readonly organizerToken: string;
  readonly history: HistoryWriter;
}

/** Puts the events of a run on sale. @throws where one is refused */
export async function openHall(seed: number, opening: Opening): Promise<Hall> {
  const plans = Object.entries(plansOf(seed)) as [EventName, Plan][];
  const events = await Promise.all(
    plans.map(async ([name, plan]) => [name, await openEvent(name, plan, opening)]),
  );
  return Object.fromEntries(events) as Record<EventName, EventOnSale>;
}

/** Puts an event on sale over HTTP and writes it down. @throws where it is refused */
export async function openEvent(
  name: string,
  { fields, isSeated = false }: { readonly fields: Plan["fields"]; readonly isSeated?: boolean },
  { api, organizerToken, history }: Opening,
): Promise<EventOnSale> {
  const made = await ask(`${api}/api/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${organizerToken}`, "content-type": "application/json" },
    body: JSON.stringify({
      name: `The ${name} evening`,
      venue: "The Hall",
      event_date: new Date(Date.now() + DAYS_AHEAD * DAY_MS).toISOString(),
      ...fields,
    }),
  });
  const seats = isSeated ? seatsIn(await ask(`${api}/api/v1/events/${made.id}/seats?status=all`, {})) : [];
  const facts = factsOf(made, isSeated);
  history.note({ what: "event", event: made.id, kind: name, facts });
  return { name, id: made.id, facts, seats };
}

// biome-ignore lint/suspicious/noExplicitAny: a reply is read field by field, as any client would
type Json = any;

async function ask(url: string, init: RequestInit): Promise<Json> {
  const reply = await fetch(url, init);
  const body: Json = await reply.json();
  if (!reply.ok) throw new Error(`${url} was answered ${reply.status} ${JSON.stringify(body)}`);
  return body.data;
}

function seatsIn({ sections }: Json): string[] {
  return sections.flatMap(({ rows }: Json) =>
    rows.flatMap(({ seats }: Json) => seats.map(({ id }: Json) => String(id))),
  );
}

function factsOf(event: Json, isSeated: boolean): EventFacts {
  return {
    capacity: event.total_capacity,
    tiers: event.price_tiers.map(({ tier }: Json) => tier),
    isSeated,
    requiresPayment: event.requires_payment,
    ticketsPerUserMax: event.max_tickets_per_user,
    holdTtlMs: event.hold_ttl_seconds * 1_000,
    offerTtlMs: event.offer_ttl_seconds * 1_000,
  };
}
