import type { Op } from "../history/op.ts";
import type { Evidence, StoredEntry } from "./evidence.ts";
import { requestsOf } from "./requests.ts";

/**
 * Cancellations, transfers, places in line and capacities that a client was told of and that the ledger does not have.
 * Each request that was answered with 2xx has a command of its own there; one that was answered as done has its effect.
 */
export function answeredInVain(evidence: Evidence): string[] {
  const ledger = evidence.events.flatMap((books) => books.ledger);
  const gone = goneIn(ledger);
  const [accepted, done] = [new Map<string, number[]>(), new Map<string, number[]>()];
  for (const { attempts } of requestsOf(evidence)) {
    const answered = attempts.filter((attempt) => attempt.done?.type === "ok");
    const [first] = answered;
    if (first === undefined) continue;
    const { op, id } = first.invoke;
    for (const wish of wishesOf(op)) note(accepted, wish, id);
    const isDone = answered.some((attempt) => attempt.done?.status !== 202);
    // Of a booking that is gone, every cancellation is done, whatever part it asks for.
    if (!isDone || (op.type === "cancel" && gone.has(op.booking))) continue;
    for (const effect of effectsOf(op)) note(done, effect, id);
  }
  return [
    ...fewer(accepted, ledger.flatMap(wishesIn)).map((says) => `${says} commands`),
    ...fewer(done, effectsIn(ledger)).map((says) => `${says} decisions`),
  ];
}

function note(operations: Map<string, number[]>, name: string, operation: number): void {
  operations.set(name, [...(operations.get(name) ?? []), operation]);
}

/** Of what is in the ledger less often than clients were told. */
function fewer(told: ReadonlyMap<string, readonly number[]>, entries: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of entries) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...told].flatMap(([name, operations]) => {
    const count = counts.get(name) ?? 0;
    return operations.length <= count
      ? []
      : [`${name} was answered with 2xx (operations ${operations.join(", ")}), and the ledger has ${count}`];
  });
}

const cancelling = (booking: string, quantity: number | null = null) =>
  `cancellation of ${quantity === null ? "" : `${quantity} tickets of `}booking ${booking}`;
const transferring = (booking: string, from: string, to: string) =>
  `transfer of booking ${booking} from ${from} to ${to}`;
const joining = (event: string, user: string, quantity: number) =>
  `event ${event}: place in line of ${user} for ${quantity}`;
const leaving = (event: string, user: string) => `event ${event}: leaving of ${user}`;
const sizing = (event: string, tier: string, capacity: number) =>
  `event ${event}: capacity ${capacity} of tier ${tier}`;

/** What a request asks for, as `wishesIn` names it of the command that it becomes. */
function wishesOf(op: Op): string[] {
  // A part that is all there is becomes a cancellation of the whole.
  return op.type === "cancel" ? [cancelling(op.booking)] : effectsOf(op);
}

/** What a request does that is answered as done, as `effectsIn` names it. */
function effectsOf(op: Op): string[] {
  switch (op.type) {
    case "cancel":
      return [cancelling(op.booking, op.quantity)];
    case "transfer":
      return [transferring(op.booking, op.user, op.to)];
    case "joinWaitlist":
      return [joining(op.event, op.user, op.quantity)];
    case "leaveWaitlist":
      return [leaving(op.event, op.user)];
    case "capacity":
      return [sizing(op.event, op.tier, op.capacity)];
    default:
      return [];
  }
}

function wishesIn({ eventId, command }: StoredEntry): string[] {
  switch (command.type) {
    case "CancelBooking":
      // Whoever leaves the line with an offer declines it.
      return [cancelling(command.bookingId), leaving(eventId, command.userId)];
    case "TransferBooking":
      return [transferring(command.bookingId, command.userId, command.toUserId)];
    case "JoinWaitlist":
      return [joining(eventId, command.userId, command.quantity)];
    case "LeaveWaitlist":
      return [leaving(eventId, command.userId)];
    case "ChangeEvent":
      return sizesOf(eventId, command.changes);
    default:
      return [];
  }
}

/** By what the outcomes say, because that is what became of it. */
function effectsIn(ledger: readonly StoredEntry[]): string[] {
  const offers = new Set<string>();
  return ledger.flatMap(({ eventId, command, decision }) => {
    const [head] = decision;
    for (const outcome of decision) if (outcome.type === "OfferMade") offers.add(outcome.bookingId);
    switch (head.type) {
      case "BookingCancelled":
        return offers.has(head.bookingId) ? [leaving(eventId, head.userId)] : [];
      case "BookingReduced":
        return [cancelling(head.bookingId, head.quantity)];
      case "BookingTransferred":
        return [transferring(head.bookingId, head.userId, head.toUserId)];
      case "WaitlistJoined":
        return command.type === "JoinWaitlist" ? [joining(eventId, head.userId, head.quantity)] : [];
      case "WaitlistLeft":
        return [leaving(eventId, head.userId)];
      case "EventChanged":
        return sizesOf(eventId, head.changes);
      default:
        return [];
    }
  });
}

function sizesOf(
  event: string,
  { tiers = [] }: { readonly tiers?: readonly { readonly name: string; readonly capacity?: number }[] },
): string[] {
  return tiers.flatMap(({ name, capacity }) =>
    capacity === undefined ? [] : [sizing(event, name, capacity)],
  );
}

/** Bookings that were cancelled, or withdrawn from the line. */
function goneIn(ledger: readonly StoredEntry[]): ReadonlySet<string> {
  const outcomes = ledger.flatMap(({ decision }) => decision);
  return new Set(
    outcomes.flatMap((outcome) =>
      outcome.type === "BookingCancelled" || outcome.type === "BookingWithdrawn" ? [outcome.bookingId] : [],
    ),
  );
}
