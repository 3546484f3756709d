import type { BookTickets } from "../../../src/domain/command.ts";
import type { UserId } from "../../../src/domain/ids.ts";
import type { FaultRun } from "../fault.ts";
import { Planter } from "../system/planter.ts";

/** Together 10 MB: more than the sockets between server and worker buffer for a reader that does not read. */
const LARGE = 500;
/** No client of the workload has this number. */
const PLANTER = 10_000;
const WISH = {
  quantity: 1,
  seats: null,
  bestAvailable: false,
  waitlistIfFull: false,
  isAsync: true,
} as const;
const PADDING = "x".repeat(20_000);

/** Lends a planter for a while. */
export async function withPlanter<T>(
  { system }: FaultRun,
  work: (planter: Planter) => Promise<T>,
): Promise<T> {
  const planter = await Planter.open(system.databaseUrl);
  try {
    return await work(planter);
  } finally {
    await planter.close();
  }
}

/** Bookings of a tier that does not exist, with a very long name: each will be refused. */
export async function plantLargeBookings(run: FaultRun, eventId: string): Promise<void> {
  await withPlanter(run, async (planter) => {
    await planter.plant(
      eventId,
      await strangeBookings(run, planter, { eventId, tier: PADDING, count: LARGE }),
    );
  });
}

/**
 * Bookings of one of the run's people as only a broken API would let them through. They stand in the history as requests
 * whose answer never came: somebody did ask for them.
 */
export async function strangeBookings(
  { workload, history }: FaultRun,
  planter: Planter,
  { eventId, tier, count }: { readonly eventId: string; readonly tier: string; readonly count: number },
): Promise<BookTickets[]> {
  const user = workload.people[0]?.userId ?? "";
  const ids = await planter.bookingIds(eventId, count);
  return ids.map((id) => {
    const op = history.invoke(PLANTER, { ...WISH, type: "book", event: eventId, user, key: null, tier });
    history.done(op, { type: "info", status: null, code: "PLANTED", body: {} });
    return { type: "BookTickets", id, userId: user as UserId, quantity: WISH.quantity, tier };
  });
}
