import type { EventFacts } from "../history/entry.ts";
import type { Book, Callback, Forgery } from "../history/op.ts";
import type { EventOnSale } from "./hall.ts";
import type { Intent } from "./intents.ts";
import type { KnownBooking } from "./known.ts";

type Choice<T> = readonly (readonly [upTo: number, T])[];

/** What a die from 0 to 99 chooses. */
function chosen<T>(die: number, choice: Choice<T>): T {
  const found = choice.find(([upTo]) => die < upTo);
  if (found === undefined) throw new Error(`invariant: nothing is chosen by ${die}`);
  return found[1];
}

const TOKENS: Choice<string> = [
  [55, "tok_success"],
  [67, "tok_declined"],
  [74, "tok_timeout"],
  [84, "tok_duplicate"],
  [94, "tok_late"],
  [100, "tok_challenge"],
];

/** How a hold is paid. */
export function tokenOf({ form }: Intent): string {
  return chosen(form, TOKENS);
}

const WISHES: Choice<"named" | "best" | "any"> = [
  [40, "named"],
  [75, "best"],
  [100, "any"],
];
/** Of a hundred bookings so many would rather wait than be refused. */
const WAITING_PERCENT = 15;

/** The booking that an intent means. */
export function bookingOf(
  { quantity, form, detail, target, isAsync }: Intent,
  event: EventOnSale,
  by: { readonly user: string; readonly key: string | null },
): Book {
  const wish = event.facts.isSeated ? chosen(form, WISHES) : "any";
  const first = target % Math.max(1, event.seats.length);
  const seats = wish === "named" ? event.seats.slice(first, first + quantity) : null;
  return {
    type: "book",
    event: event.id,
    ...by,
    quantity: seats?.length ?? quantity,
    tier: null,
    seats,
    bestAvailable: wish === "best",
    waitlistIfFull: detail < WAITING_PERCENT,
    isAsync,
  };
}

const FORGERIES: Choice<Forgery | null> = [
  [55, null],
  [70, "wrong-secret"],
  [80, "old"],
  [90, "unsigned"],
  [100, "other-body"],
];
const RESULTS: Choice<Callback["result"]> = [
  [60, "captured"],
  [75, "declined"],
  [90, "pending"],
  [100, "cancelled"],
];

/**
 * A report about a payment that its provider has decided: the same one again, or one that was overtaken; or what a forger
 * says about any payment. Null where there is nothing true to report, because the provider would not say it either.
 */
export function callbackOf(
  { form, detail }: Intent,
  { id: booking, event, payment, paymentState, amount }: KnownBooking,
): Callback | null {
  const forgery = chosen(form, FORGERIES);
  if (payment === null || (forgery === null && paymentState !== "captured")) return null;
  const result = chosen(detail, RESULTS);
  return {
    type: "callback",
    event: event.id,
    booking,
    payment,
    callback: `test_${payment}_${result}`,
    result,
    amountMinor: result === "captured" ? Math.round((amount ?? 0) * 100) : null,
    forgery,
  };
}

/** What an organizer asks for, by the capacity that the event had at first: too little, a slip, or some more. */
export function capacityOf({ form, detail }: Intent, { capacity }: EventFacts): [number, boolean] {
  if (form < 25) return [Math.max(1, Math.floor((capacity * detail) / 200)), false];
  if (form < 40) return [capacity * 100, false];
  return [capacity + Math.floor((capacity * detail) / 200), form >= 90];
}
