import type { FaultRun } from "../fault.ts";
import type { Placed } from "../injections/many-bookings.ts";
import type { DepthLook } from "./depth-watch.ts";

/**
 * Holds the place that each booking was told against how it came about: those decided before it, less those that were
 * decided when it was accepted. The latter is known by the last look at the line before it was sent and the first after
 * it was answered. Requests that were under way together may be numbered in any order.
 */
export async function judgePlaces(
  run: FaultRun,
  known: {
    readonly event: string;
    readonly placed: readonly Placed[];
    readonly looks: readonly DepthLook[];
  },
): Promise<void> {
  const { event, placed, looks } = known;
  const { rows } = await run.system.db.query<{ id: string; rank: number }>(
    `select command_id as id, row_number() over (order by seq)::integer as rank
       from ledger where event_id = $1 and command->>'type' = 'BookTickets'`,
    [event],
  );
  const rankOf = new Map(rows.map(({ id, rank }) => [id, rank]));
  const accepted = placed.filter(({ ending }) => ending.status === 202);
  let wrong = 0;
  let example = "";
  for (const { sentAt, answeredAt, ending } of accepted) {
    const { booking = "", position = 0 } = ending.body;
    const rank = rankOf.get(booking);
    if (rank === undefined) {
      run.violation(`booking ${booking} was accepted and is not in the ledger`);
      continue;
    }
    const least = Math.max(1, rank - (decidedAfter(looks, answeredAt) ?? rank));
    const most = rank - decidedBefore(looks, sentAt);
    if (position >= least && position <= most) continue;
    wrong += 1;
    example ||= `${booking} was told place ${position}, which was ${least} to ${most}`;
  }
  run.remark(`${accepted.length} were told their place in line`);
  if (wrong > 0) run.violation(`${wrong} places in line were wrong: ${example}`);
}

/** Decided for sure when something was sent. */
function decidedBefore(looks: readonly DepthLook[], at: number): number {
  const later = firstFrom(looks, ({ to }) => to >= at);
  return looks[later - 1]?.decided ?? 0;
}

/** Decided at most when something was answered; null where nobody looked later. */
function decidedAfter(looks: readonly DepthLook[], at: number): number | null {
  return looks[firstFrom(looks, ({ from }) => from >= at)]?.decided ?? null;
}

/** The first of those that are so, where all behind it are too. */
function firstFrom(looks: readonly DepthLook[], isSo: (look: DepthLook) => boolean): number {
  let [low, high] = [0, looks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(looks[middle] as DepthLook)) high = middle;
    else low = middle + 1;
  }
  return low;
}
