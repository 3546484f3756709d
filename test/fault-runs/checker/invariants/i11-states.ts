import type { Outcome } from "../../../../src/domain/outcome.ts";
import type { EventBooks, Evidence } from "../evidence.ts";
import { type Judgement, judged } from "../judgement.ts";
import { BOOKING_MOVES, moved, PAYMENT_MOVES, WAITLIST_MOVES } from "../ledger/legal.ts";

/** In the ledger, and as clients saw states follow each other. */
export function judgeStates({ events, history }: Evidence): Judgement {
  return judged([...events.flatMap(illegal), ...seenBackwards(history)]);
}

interface Thing {
  readonly name: string;
  readonly states: Map<string, string>;
  readonly id: string;
  readonly to: string | null;
}

function illegal({ eventId, ledger }: EventBooks): string[] {
  const states = {
    booking: new Map<string, string>(),
    payment: new Map<string, string>(),
    entry: new Map<string, string>(),
    event: new Map<string, string>(),
  };
  return ledger.flatMap(({ seq, decision }) =>
    decision.flatMap((outcome) =>
      thingsOf(outcome, states).flatMap(({ name, states: known, id, to }) => {
        const from = known.get(id) ?? "none";
        if (to !== null) known.set(id, to);
        return to !== null
          ? []
          : [`event ${eventId}, ledger ${seq}: ${outcome.type} of ${name} ${id}, which is ${from}`];
      }),
    ),
  );
}

type States = Readonly<Record<"booking" | "payment" | "entry" | "event", Map<string, string>>>;

/** What an outcome moves, and where to. */
function thingsOf(outcome: Outcome, states: States): Thing[] {
  const things: Thing[] = [];
  const add = (name: keyof States, id: string, to: (from: string) => string | null) =>
    things.push({ name, states: states[name], id, to: to(states[name].get(id) ?? "none") });
  if ("bookingId" in outcome && isOfBooking(outcome)) {
    add("booking", outcome.bookingId, (from) => bookingMove(outcome, from));
  }
  if (outcome.type in PAYMENT_MOVES && "paymentId" in outcome && outcome.paymentId !== undefined) {
    add("payment", outcome.paymentId, (from) => moved(PAYMENT_MOVES, outcome, from));
  }
  if (outcome.type in WAITLIST_MOVES && "entryId" in outcome) {
    add("entry", outcome.entryId, (from) => moved(WAITLIST_MOVES, outcome, from));
  }
  if (outcome.type === "EventCancelled" || outcome.type === "EventCompleted") {
    const ended = outcome.type === "EventCancelled" ? "cancelled" : "completed";
    add("event", "itself", (from) =>
      from === "none" || (from === "completed" && ended === "cancelled") ? ended : null,
    );
  }
  return things;
}

function isOfBooking({ type }: Outcome): boolean {
  return type in BOOKING_MOVES || type === "BookingConfirmed" || type === "BookingCancelled";
}

function bookingMove(outcome: Outcome, from: string): string | null {
  if (outcome.type === "BookingConfirmed")
    return from === (outcome.wasHeld ? "held" : "none") ? "confirmed" : null;
  if (outcome.type === "BookingCancelled")
    return from === (outcome.wasHeld ? "held" : "confirmed") ? "cancelled" : null;
  return moved(BOOKING_MOVES, outcome, from);
}

/** What a booking can be seen as after it was seen as something. */
const SEEN_AFTER: Readonly<Record<string, readonly string[]>> = {
  queued: ["queued", "pending", "confirmed", "rejected", "waitlisted", "cancelled", "expired"],
  pending: ["pending", "confirmed", "expired", "cancelled"],
  confirmed: ["confirmed", "cancelled"],
  waitlisted: ["waitlisted"],
  rejected: ["rejected"],
  cancelled: ["cancelled"],
  expired: ["expired"],
};

/** Looks that were begun after another reply was there, against the last such reply. */
function seenBackwards({ attempts }: Evidence["history"]): string[] {
  const told = new Map<string, Sight[]>();
  for (const { invoke, done } of attempts) {
    const { booking, state, isReplayed } = done?.body ?? {};
    // What is replayed is told as it was.
    if (done?.type !== "ok" || isReplayed || booking === undefined || state === undefined) continue;
    const sights = told.get(booking) ?? [];
    sights.push({ from: invoke.op.type === "look" ? invoke.at : null, at: done.at, state, id: invoke.id });
    told.set(booking, sights);
  }
  return [...told].flatMap(([booking, sights]) => backwards(booking, sights));
}

interface Sight {
  /** When it was asked for; null: it is no look, and its reply may tell of an earlier moment. */
  readonly from: number | null;
  readonly at: number;
  readonly state: string;
  readonly id: number;
}

/** Sorted once by asking and once by answer, and walked together. */
function backwards(booking: string, sights: readonly Sight[]): string[] {
  const answered = sights.toSorted((a, b) => a.at - b.at);
  const asked = sights.filter(({ from }) => from !== null).toSorted((a, b) => (a.from ?? 0) - (b.from ?? 0));
  let next = 0;
  let before: Sight | null = null;
  return asked.flatMap(({ from, state, id }) => {
    for (let one = answered[next]; one !== undefined && one.at < (from ?? 0); one = answered[++next])
      before = one;
    if (before === null || (SEEN_AFTER[before.state] ?? [state]).includes(state)) return [];
    return [
      `booking ${booking} was ${before.state} (operation ${before.id}) and later, by operation ${id}, ${state}`,
    ];
  });
}
