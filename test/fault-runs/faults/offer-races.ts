import type { FaultRun } from "../fault.ts";
import type { Ending } from "../history/history-writer.ts";
import type { Op } from "../history/op.ts";
import { ANY_TICKETS, askUntilAnswered, lookUntil, withDelay } from "./asking.ts";
import { holdTickets } from "./holds.ts";

const ROUNDS = { long: 25, quick: 10 };
const APART_MS_MAX = 3;
const FOR_LONG_S = 600;

interface Promotion {
  readonly event: string;
  readonly round: number;
  readonly owner: string;
  readonly first: string;
  readonly second: string;
}

/** Whoever is first in line leaves while somebody gives back what would be offered to them. */
export async function promoteAndCancel(run: FaultRun): Promise<void> {
  const { workload } = run;
  const options = { total_capacity: 1, price: 20, offer_ttl_seconds: FOR_LONG_S };
  const { id: event } = await workload.openEvent("promotion", options);
  const [owner = "", first = "", second = ""] = workload.people.map(({ userId }) => userId);
  const rounds = run.isQuick ? ROUNDS.quick : ROUNDS.long;
  const ends = new Map<string, number>();
  let round = 0;
  let offered = 0;
  // Where it was always the same one who came first, they did not race: some more rounds show both.
  const isOneSided = () => offered === 0 || offered === round;
  for (; round < rounds || (round < 2 * rounds && isOneSided()); round += 1) {
    const promotion = { event, round, owner, first, second };
    const booking = await bookLast(run, promotion);
    for (const user of [first, second]) await join(run, { ...by(promotion, user), quantity: 1 });
    await raceForPromotion(run, promotion, booking);
    offered = await offersTo(run, event, first);
    const [gone, next] = await Promise.all([first, second].map((user) => placeOf(run, event, user)));
    ends.set(gone?.state ?? "", (ends.get(gone?.state ?? "") ?? 0) + 1);
    // The first one is gone either way, so the ticket is the second one's.
    const offer = next?.state === "offered" ? next.booking : undefined;
    if (offer === undefined) {
      run.violation(`the next in line is ${next?.state}, not offered what was given back`);
      break;
    }
    await takeAndGiveBack(run, { event, user: second, booking: offer });
  }
  run.fired(`${round} promotions raced by a cancellation`, isOneSided() ? 0 : round);
  run.remark(`in ${offered} of ${round} rounds who left had an offer by then`);
  run.remark(`who left was ${[...ends].map(([state, count]) => `${count} × ${state}`).join(", ")}`);
}

async function offersTo({ system }: FaultRun, event: string, user: string): Promise<number> {
  const { rows } = await system.db.query(
    `select count(*)::integer as n from ledger, json_array_elements(outcomes) as outcome
      where event_id = $1 and outcome->>'type' = 'OfferMade' and outcome->>'userId' = $2`,
    [event, user],
  );
  return rows[0].n;
}

function by({ event, round }: Promotion, user: string, what = "") {
  return { event, user, key: `promotion ${round} ${what}` };
}

/** The only ticket. @throws where it is not to be had */
async function bookLast(run: FaultRun, promotion: Promotion): Promise<string> {
  const { event, owner: user } = promotion;
  const op = { type: "book", ...by(promotion, user), quantity: 1, ...ANY_TICKETS } as const;
  const { status, code, body } = await askUntilAnswered(run, op);
  const { booking = "" } = body;
  const state = await lookUntil(run, { event, user, booking }, (seen) => seen === "confirmed");
  if (state === "confirmed") return booking;
  throw new Error(`the ticket that was given back is not to be had: ${status} ${code}, ${state}`);
}

/** Now the first one has left before there is an offer, now they decline it; there is nothing between the two. */
async function raceForPromotion(run: FaultRun, promotion: Promotion, booking: string): Promise<void> {
  const { event, owner, first } = promotion;
  const ask = (op: Op) => withDelay(run, APART_MS_MAX, () => askUntilAnswered(run, op));
  const [cancelled, left] = await Promise.all([
    ask({ type: "cancel", ...by(promotion, owner, "cancel"), booking, quantity: null }),
    ask({ type: "leaveWaitlist", ...by(promotion, first) }),
  ]);
  if (cancelled.status !== 200) run.violation(`the owner's cancellation was answered ${cancelled.status}`);
  if ((await placeOf(run, event, first)).state !== "offered") return;
  run.violation(
    `who left as they were promoted has an offer: leaving was answered ${left.status} ${left.code}`,
  );
  await askUntilAnswered(run, { type: "leaveWaitlist", ...by(promotion, first, "again") });
}

async function placeOf(run: FaultRun, event: string, user: string): Promise<Ending["body"]> {
  return (await askUntilAnswered(run, { type: "lookWaitlist", event, user })).body;
}

async function join(
  run: FaultRun,
  of: { readonly event: string; readonly user: string; readonly key: string; readonly quantity: number },
): Promise<void> {
  const { status, code } = await askUntilAnswered(run, { type: "joinWaitlist", ...of });
  if (status !== 201) run.violation(`joining the line was answered ${status} ${code}`);
}

async function takeAndGiveBack(
  run: FaultRun,
  offer: { readonly event: string; readonly user: string; readonly booking: string },
): Promise<void> {
  const key = `offer ${offer.booking}`;
  await askUntilAnswered(run, { type: "confirm", ...offer, key, token: null });
  const state = await lookUntil(run, offer, (seen) => seen !== "pending");
  if (state !== "confirmed") run.violation(`an offer that was taken is ${state}`);
  await askUntilAnswered(run, { type: "cancel", ...offer, key, quantity: null });
}

/** Holds that are paid and given up at the same moment. */
export async function confirmAndCancel(run: FaultRun): Promise<void> {
  const { holds } = await holdTickets(run, "taken or not", { ttlS: FOR_LONG_S, capacity: 1_000 });
  const ends = new Map<string, number>();
  await Promise.all(
    holds.map(async ({ event, user, booking }) => {
      const of = { event, user, booking };
      const ask = (op: Op) => withDelay(run, APART_MS_MAX, () => askUntilAnswered(run, op));
      const [taken, dropped] = await Promise.all([
        ask({ type: "confirm", ...of, key: `take ${booking}`, token: "tok_success" }),
        ask({ type: "cancel", ...of, key: `drop ${booking}`, quantity: null }),
      ]);
      const state = await lookUntil(run, of, (seen) => seen !== "pending");
      ends.set(state, (ends.get(state) ?? 0) + 1);
      judge(run, state, { taken, dropped });
    }),
  );
  // Where one side won every time, they did not race.
  const raced = ends.size > 1 ? holds.length : 0;
  run.fired(`${holds.length} holds confirmed and cancelled at once`, raced);
  run.remark([...ends].map(([state, count]) => `${count} are ${state}`).join(", "));
}

/** A cancellation that is answered 200 is the last word; whoever is refused it has tickets. */
function judge(
  run: FaultRun,
  state: string,
  { taken, dropped }: { readonly taken: Ending; readonly dropped: Ending },
): void {
  const says = `confirmed with ${taken.status} ${taken.code} and cancelled with ${dropped.status} ${dropped.code}`;
  const isDropped = dropped.status === 200;
  const isRefused = dropped.type === "fail" && dropped.status !== null;
  if (isDropped && state !== "cancelled") run.violation(`a booking ${says} is ${state}`);
  if (isRefused && state !== "confirmed") run.violation(`a booking ${says} is ${state}`);
  if (state !== "confirmed" && state !== "cancelled") run.violation(`a booking ${says} is ${state}`);
}
