import type { BookTickets } from "../domain/command.ts";
import { tierPosition } from "../domain/decide/door.ts";
import type { BookingId, UserId } from "../domain/ids.ts";
import { toMinor } from "../domain/money.ts";
import { normalCode } from "../domain/promo-code.ts";
import type { SeatMap } from "../domain/seat-map.ts";
import type { EventState } from "../domain/state.ts";
import { priceNow } from "./buyer.ts";
import type { Demand, Request, Script } from "./demand.ts";
import type { DemandRow } from "./demand-row.ts";
import type { Dice } from "./dice.ts";
import { cancellingAfter, type Donors, payingAfter } from "./donors.ts";
import { RehearsalRefused } from "./refusal.ts";

/** What rows are to be understood in. */
export interface RowContext {
  readonly state: EventState;
  readonly currency: string;
  /** The moment that seconds are counted from, Unix milliseconds. */
  readonly opensAt: number;
}

/**
 * The demand that rows state. What of a person's story is stated is theirs; the rest is drawn like anybody's.
 * @throws RehearsalRefused naming the row and field that the event does not have.
 */
export function statedDemand(
  rows: readonly DemandRow[],
  context: RowContext,
  chance: { readonly donors: Donors; readonly dice: Dice },
): Demand {
  const scripts = new Map<string, Script>();
  const seats = seatNumbers(context.state.seatMap);
  const requests = rows.map((row, index): Request => {
    const id = `row-${index + 1}` as BookingId;
    const command = wishOf(row, id, context, seats);
    const offerId = `${id}-offer` as BookingId;
    for (const bookingId of [id, offerId]) {
      if (row.paysAfterS === undefined && row.cancelsAfterS === undefined) continue;
      scripts.set(bookingId, { birth: "held", isRecorded: false, ended: null, steps: stepsOf(row, chance) });
    }
    return {
      at: row.at ?? context.opensAt + Math.round((row.seconds ?? 0) * 1_000),
      waitedMs: 0,
      order: index,
      command:
        row.waitlist === undefined
          ? command
          : { ...command, waitlistIfFull: { priority: row.waitlist, offerId } },
      shownMinor: row.willingToPay === undefined ? priceNow(context.state, command) : null,
      retryOf: null,
      wasJoined: false,
      willingMinor: willingOf(row, context.currency),
    };
  });
  return { requests: requests.toSorted((a, b) => a.at - b.at || a.order - b.order), scripts };
}

function wishOf(
  row: DemandRow,
  id: BookingId,
  { state }: RowContext,
  seats: ReadonlyMap<string, number>,
): BookTickets {
  const { tier, section, adjacent, user, promoCode, where } = row;
  if (tier !== undefined && tierPosition(state.tiers, tier) < 0) {
    throw new RehearsalRefused(
      `${where("tier")}: there is no tier ${tier}; there are ${state.tiers.map(({ name }) => name).join(", ")}`,
    );
  }
  const numbers = row.seats?.map((seat) => {
    const number = seats.get(seat);
    if (number === undefined) throw new RehearsalRefused(`${where("seats")}: the event has no seat ${seat}`);
    return number;
  });
  return {
    type: "BookTickets",
    id,
    userId: (user === undefined ? `${id}-person` : `person ${user}`) as UserId,
    quantity: numbers?.length ?? row.quantity,
    ...(tier === undefined ? {} : { tier }),
    ...(numbers === undefined ? {} : { seats: numbers }),
    ...(section === undefined ? {} : { section }),
    ...(adjacent === undefined ? {} : { adjacent }),
    ...(promoCode === undefined ? {} : { promoCode: normalCode(promoCode) }),
  };
}

function seatNumbers(map: SeatMap | null): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const { section, label, first, count } of map?.seating.rows ?? []) {
    for (let seat = 0; seat < count; seat += 1) numbers.set(`${section}/${label}/${seat + 1}`, first + seat);
  }
  return numbers;
}

function stepsOf(
  { paysAfterS, cancelsAfterS }: DemandRow,
  { donors, dice }: { readonly donors: Donors; readonly dice: Dice },
) {
  const paying =
    paysAfterS === undefined
      ? donors.pick("held", dice)
      : paysAfterS === null
        ? []
        : payingAfter(paysAfterS * 1_000);
  if (cancelsAfterS === undefined || cancelsAfterS === null) return paying;
  return [...paying, cancellingAfter(cancelsAfterS * 1_000)];
}

function willingOf({ willingToPay, where }: DemandRow, currency: string): number | null {
  if (willingToPay === undefined) return null;
  const minor = toMinor(willingToPay, currency);
  if (minor === null)
    throw new RehearsalRefused(
      `${where("willing_to_pay")}: ${willingToPay} has more decimals than ${currency} has`,
    );
  return minor;
}
