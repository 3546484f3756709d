import type { FaultRun } from "../fault.ts";
import type { EventOnSale } from "../workload/hall.ts";
import { ANY_TICKETS, askUntilAnswered, type OwnBooking } from "./asking.ts";

export const HOLDS = 40;
const PRICE = 20;

/** Tickets that somebody has for a while. */
export interface Held extends OwnBooking {
  /** Unix ms. */
  readonly expiresAt: number;
  /** How long its request took, milliseconds. */
  readonly tookMs: number;
}

/** An event whose tickets have to be paid, and so many of its tickets held. @throws where one is not held */
export async function holdTickets(
  run: FaultRun,
  name: string,
  { ttlS, capacity }: { readonly ttlS: number; readonly capacity: number },
): Promise<{ readonly event: EventOnSale; readonly holds: readonly Held[] }> {
  const event = await run.workload.openEvent(name, {
    total_capacity: capacity,
    price: PRICE,
    requires_payment: true,
    hold_ttl_seconds: ttlS,
    max_holds_per_user: 100,
  });
  const { people } = run.workload;
  const hold = async (at: number) => {
    const of = { event: event.id, user: people[at % people.length]?.userId ?? "" };
    const began = performance.now();
    const op = { type: "book", ...of, key: `${name} ${at}`, quantity: 1, ...ANY_TICKETS } as const;
    const { status, code, body } = await askUntilAnswered(run, op);
    const { booking, expiresAt } = body;
    if (booking === undefined || expiresAt === undefined) throw new Error(`not held: ${status} ${code}`);
    return { ...of, booking, expiresAt, tookMs: performance.now() - began };
  };
  return { event, holds: await Promise.all(Array.from({ length: HOLDS }, (_, at) => hold(at))) };
}
