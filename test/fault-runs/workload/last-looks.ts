import { setTimeout as sleep } from "node:timers/promises";
import type { Known } from "./known.ts";
import type { Requester } from "./requester.ts";

const CLIENT = 0;
const AT_ONCE = 8;
/** Of very many, some are looked at. */
const LOOKS_MAX = 120;
/** Longer than a claim on a payment task holds: a page that was being made when the fault struck is made after it. */
const PAGE_MS_MAX = 9_000;
const PAGE_RETRY_MS = 250;

/**
 * Brings every payment that is still undecided to its end, as buyers would on the provider's page: most pay, and who finds no
 * page yet comes again. Without it the provider would be asked about them for a quarter of an hour.
 */
export async function cashUp(known: Known, requester: Requester): Promise<void> {
  const held = known.bookings.filter(
    ({ state, payment, event }) => event.facts.requiresPayment && (state === "pending" || payment !== null),
  );
  await forEach(held, async ({ id: booking, user, event }, at) => {
    const of = { event: event.id, user, booking };
    const { type, body } = await requester.send(CLIENT, { type: "lookPayment", ...of });
    if (type !== "ok" || body.state !== "open" || body.payment === undefined) return;
    const outcome = at % 4 === 0 ? "decline" : "success";
    const deadline = performance.now() + PAGE_MS_MAX;
    for (;;) {
      const page = await requester.send(CLIENT, { type: "page", ...of, payment: body.payment, outcome });
      if (page.status !== 404 || performance.now() > deadline) return;
      await sleep(PAGE_RETRY_MS);
    }
  });
}

/** Looks once more at what clients were promised, as they would see it in the end. */
export async function lookAgain(known: Known, requester: Requester): Promise<void> {
  const confirmed = known.bookings.filter(({ state }) => state === "confirmed");
  const step = Math.max(1, Math.ceil(confirmed.length / LOOKS_MAX));
  const chosen = confirmed.filter((_, at) => at % step === 0);
  await forEach(chosen, async ({ id: booking, user, event }) => {
    await requester.send(CLIENT, { type: "look", event: event.id, user, booking });
  });
}

async function forEach<T>(all: readonly T[], work: (one: T, at: number) => Promise<void>): Promise<void> {
  const take = async (from: number) => {
    for (let at = from; at < all.length; at += AT_ONCE) await work(all[at] as T, at);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, from) => take(from)));
}
