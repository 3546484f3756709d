import type { Evidence } from "./evidence.ts";

const NOT_FOUND = 404;

/**
 * Bookings that somebody was told of as theirs, and that were not there when they looked later. Whoever handed one over
 * at any time is left out: to them it is one that never was.
 */
export function deniedLooks({ history, events }: Evidence): string[] {
  const told = firstTold(history);
  const handedOver = new Set(
    events
      .flatMap(({ ledger }) => ledger.flatMap(({ decision }) => decision))
      .flatMap((outcome) =>
        outcome.type === "BookingTransferred" ? [ownOf(outcome.bookingId, outcome.userId)] : [],
      ),
  );
  return history.attempts.flatMap(({ invoke: { op, at, id }, done }) => {
    if (op.type !== "look" || done?.status !== NOT_FOUND) return [];
    const own = ownOf(op.booking, op.user);
    const first = told.get(own);
    return first === undefined || first.at >= at || handedOver.has(own)
      ? []
      : [
          `booking ${op.booking} was not found (operation ${id}), of which ${op.user} had been told (operation ${first.id})`,
        ];
  });
}

interface Telling {
  readonly at: number;
  readonly id: number;
}

/** By booking and person, when they first had an answer that says it is theirs. */
function firstTold({ attempts }: Evidence["history"]): ReadonlyMap<string, Telling> {
  const told = new Map<string, Telling>();
  for (const { invoke, done } of attempts) {
    const { op, id } = invoke;
    const booking = op.type === "transfer" ? op.booking : done?.body.booking;
    if (done?.type !== "ok" || booking === undefined || !("user" in op)) continue;
    const own = ownOf(booking, op.type === "transfer" ? op.to : op.user);
    if (done.at < (told.get(own)?.at ?? Number.POSITIVE_INFINITY)) told.set(own, { at: done.at, id });
  }
  return told;
}

function ownOf(booking: string, user: string): string {
  return `${booking} ${user}`;
}
