import type { BookTickets, JoinWaitlist } from "../domain/command.ts";
import type { EventDraft } from "../domain/event-draft.ts";
import { type Seating, seatingOf, seatPlace } from "../domain/seating.ts";
import { copyId } from "./copies.ts";
import type { Asking, Demand, Request } from "./demand.ts";
import { Dice } from "./dice.ts";

const THINNING_STREAM = 1;
const JITTER_STREAM = 2;

/**
 * The same demand so many times as large: of every person there are so many, the part behind the point by chance. The
 * first of them is who they were; each other one comes at a moment drawn evenly between the arrivals before and after
 * theirs, so that crowds stay crowds and nobody comes to a sale before the first did. With fewer than one, whole
 * persons stay away.
 */
export function multiplied(
  demand: Demand,
  times: number,
  { draft, seed }: { readonly draft: EventDraft; readonly seed: number },
): Demand {
  if (times === 1) return demand;
  const copies = copiesByPerson(demand, times, seed);
  const gaps = shiftRanges(demand.requests);
  const shifts = new Map<string, number>();
  const jitter = new Dice(seed, JITTER_STREAM);
  const seating = draft.seating == null ? null : seatingOf(draft.seating);
  const requests: Request[] = [];
  for (const [at, request] of demand.requests.entries()) {
    const { userId } = request.command;
    const count = copies.get(userId) ?? 0;
    for (let copy = 0; copy < count; copy += 1) {
      const person = copyId(userId, copy);
      const [before, after] = gaps[at] as readonly [number, number];
      // One shift for all that a person asks: what they do first and then stays in that order.
      if (copy > 0 && !shifts.has(person)) shifts.set(person, before + (after - before) * jitter.share());
      requests.push(copied(request, copy, shifts.get(person) ?? 0, { draft, seating }));
    }
  }
  return { ...demand, requests: requests.toSorted((a, b) => a.at - b.at || a.order - b.order) };
}

function copiesByPerson({ requests }: Demand, times: number, seed: number): Map<string, number> {
  const dice = new Dice(seed, THINNING_STREAM);
  const copies = new Map<string, number>();
  const whole = Math.floor(times);
  for (const { command } of requests) {
    if (copies.has(command.userId)) continue;
    copies.set(command.userId, whole + (dice.share() < times - whole ? 1 : 0));
  }
  return copies;
}

/** For each request, how much earlier and later its neighbours came; the first and the last one look inwards only. */
function shiftRanges(requests: readonly Request[]): (readonly [number, number])[] {
  return requests.map(({ at }, index) => {
    const before = requests[index - 1]?.at ?? at;
    const after = requests[index + 1]?.at ?? at;
    return [before - at, after - at];
  });
}

interface Place {
  readonly draft: EventDraft;
  readonly seating: Seating | null;
}

function copied(request: Request, copy: number, shiftMs: number, place: Place): Request {
  if (copy === 0) return request;
  const { retryOf } = request;
  return {
    ...request,
    at: Math.round(request.at + shiftMs),
    // Behind whatever the record has at that moment.
    order: request.order + copy * 2 ** 40,
    retryOf: retryOf === null ? null : copyId(retryOf, copy),
    command: commandOf(request.command, copy, place),
  };
}

function commandOf(command: Asking, copy: number, place: Place): Asking {
  const ids = { id: copyId(command.id, copy), userId: copyId(command.userId, copy) };
  switch (command.type) {
    case "BookTickets":
      return { ...withoutSeats(command, place), ...ids, ...offerOf(command, copy) } as BookTickets;
    case "JoinWaitlist":
      return { ...command, ...ids, offerId: copyId(command.offerId, copy) } as JoinWaitlist;
    case "CancelBooking":
      return { ...command, ...ids, bookingId: copyId(command.bookingId, copy) } as Asking;
    case "LeaveWaitlist":
      return { ...command, ...ids };
    default:
      return command satisfies never;
  }
}

/** Several people do not want the very same seats: copies take the best that are free of the same tier. */
function withoutSeats(command: BookTickets, { draft, seating }: Place): BookTickets {
  const { seats, ...rest } = command;
  const [first] = seats ?? [];
  if (seats === undefined || first === undefined || seating === null) return command;
  const tier = draft.tiers[seatPlace(seating, first).tier]?.name;
  return tier === undefined ? rest : { ...rest, tier };
}

function offerOf({ waitlistIfFull }: BookTickets, copy: number): Pick<BookTickets, "waitlistIfFull"> {
  if (waitlistIfFull === undefined) return {};
  return { waitlistIfFull: { ...waitlistIfFull, offerId: copyId(waitlistIfFull.offerId, copy) } };
}
