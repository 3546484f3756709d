import { apply } from "./apply.ts";
import type { Command } from "./command.ts";
import { isServing, nextOffer, OFFERS_PER_DECISION_MAX } from "./decide/waitlist.ts";
import { decide } from "./decide.ts";
import type { Decision, Outcome } from "./outcome.ts";
import type { EventState, World } from "./state.ts";
import { headOf } from "./waitlist.ts";

/** After these there may be something for those who wait. */
const FREEING: ReadonlySet<Outcome["type"]> = new Set([
  "HoldExpired",
  "BookingCancelled",
  "BookingReduced",
  "TicketsExchanged",
  "SeatsReleased",
  "EventChanged",
  "SaleOpened",
  "SaleResumed",
  "WaitlistLeft",
  "WaitlistProcessed",
]);

function isFreeing({ line }: EventState, outcome: Outcome): boolean {
  // Nothing is kept any more for a party that another one came before.
  return outcome.type === "WaitlistJoined" ? headOf(line)?.id === outcome.entryId : FREEING.has(outcome.type);
}

/**
 * Decides a command, applies the decision, and serves the waitlist with what that freed: all of it is one decision,
 * so nobody who comes later sees the freed stock before those who wait.
 */
export function carryOut(world: World, command: Command, now: number): Decision {
  const wasUnserved = world.state.isLineUnserved;
  const decision = decide(world, command, now);
  for (const outcome of decision) apply(world, outcome);
  if (headOf(world.state.line) === null || !isServing(world.state)) return decision;
  if (!decision.some((outcome) => isFreeing(world.state, outcome))) return decision;
  const ticketsMax = command.type === "ProcessWaitlist" ? command.ticketsMax : null;
  return [...decision, ...serveLine(world, now, ticketsMax ?? Number.POSITIVE_INFINITY, wasUnserved)];
}

/** Offers what is free, in the order of the line. A long line is served in several decisions. */
function serveLine(world: World, now: number, ticketsMax: number, wasUnserved: boolean): Outcome[] {
  const served: Outcome[] = [];
  let left = ticketsMax;
  while (served.length < OFFERS_PER_DECISION_MAX) {
    const outcome = nextOffer(world.state, now, left);
    if (outcome === null && left === Number.POSITIVE_INFINITY) return served;
    if (outcome === null) break;
    apply(world, outcome);
    served.push(outcome);
    if (outcome.type === "OfferMade") left -= outcome.quantity;
  }
  // Who asks for a few offers only gets these; but a line that was still to be served stays so.
  if (ticketsMax !== Number.POSITIVE_INFINITY && !wasUnserved) return served;
  if (nextOffer(world.state, now, Number.POSITIVE_INFINITY) === null) return served;
  const last: Outcome = { type: "WaitlistToContinue" };
  apply(world, last);
  return [...served, last];
}
