import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, FaultRun } from "../fault.ts";
import type { Ending } from "../history/history-writer.ts";
import { askUntilAnswered, FAULT_CLIENT, lookUntil } from "./asking.ts";
import { HOLDS, holdTickets } from "./holds.ts";
import { confirmAndCancel, promoteAndCancel } from "./offer-races.ts";
import { untilUnderWay } from "./progress.ts";

const TTL_S = 2;
/** Confirmations are sent spread around the last moment: at most twice as early as a decision takes, and so much too late. */
const EARLY_FACTOR = 2;
const LATE_MS_MAX = 5;

const RACES: Readonly<Record<string, (run: FaultRun) => Promise<void>>> = {
  "confirm-at-expiry": confirmAtExpiry,
  "two-sweepers": expireTogether,
  "promotion-and-cancel": promoteAndCancel,
  "confirm-and-cancel": confirmAndCancel,
};

/** F23: two things that exclude each other, at the same moment: exactly one of them wins, and both are told which. */
export const EXPIRY_RACES: Fault = {
  id: "F23",
  title: "confirm at expiry − 1 ms, two sweepers, promotion racing cancel",
  points: Object.keys(RACES),
  quickPoints: ["promotion-and-cancel", "confirm-at-expiry"],
  stage: () => ({
    system: { apis: 2, workers: 2, effects: 1, env: { SWEEP_INTERVAL_MS: "20" } },
    workload: { clients: 6 },
  }),
  inject: async (run, point) => {
    await untilUnderWay(run);
    const race = RACES[point];
    if (race === undefined) throw new Error(`there is no point ${point}`);
    await race(run);
    run.healed("all races are run");
  },
  afterwards: async (run) => {
    // By the ledger alone, whatever clients were told: a booking has one end, and none after it expired.
    const { rows } = await run.system.db.query(
      `select id, types from (
         select outcome->>'bookingId' as id, array_agg(outcome->>'type' order by seq) as types
           from ledger, json_array_elements(outcomes) as outcome
          where outcome->>'type' in ('HoldExpired', 'BookingConfirmed', 'BookingCancelled')
          group by 1) as ends
        where cardinality(array_positions(types, 'BookingConfirmed')) > 1
           or cardinality(array_positions(types, 'HoldExpired')) > 1
           or cardinality(array_positions(types, 'BookingCancelled')) > 1
           or ('HoldExpired' = any(types) and cardinality(types) > 1)`,
    );
    for (const { id, types } of rows) run.violation(`booking ${id} came to ${types.join(" and ")}`);
  },
};

/** Holds that are paid in their last millisecond, or in the first one after it. */
async function confirmAtExpiry(run: FaultRun): Promise<void> {
  const { holds } = await holdTickets(run, "last moment", { ttlS: TTL_S, capacity: 1_000 });
  const tookMs = holds.map((held) => held.tookMs).sort((a, b) => a - b)[HOLDS >> 1] ?? 0;
  const spreadMs = LATE_MS_MAX + Math.ceil(EARLY_FACTOR * tookMs);
  const ends = new Map<string, number>();
  await Promise.all(
    holds.map(async ({ event, user, booking, expiresAt }) => {
      const of = { event, user, booking };
      const leadMs = run.dice.between(0, spreadMs) - LATE_MS_MAX;
      await sleep(Math.max(0, expiresAt - leadMs - Date.now()));
      const key = `last ${booking}`;
      const told = await askUntilAnswered(run, { type: "confirm", ...of, key, token: "tok_success" });
      const state = await lookUntil(run, of, (seen) => seen !== "pending");
      ends.set(state, (ends.get(state) ?? 0) + 1);
      judgeConfirm(run, told, state);
    }),
  );
  // Where one side won every time, they did not race.
  run.fired(`${holds.length} holds confirmed at their end`, ends.size > 1 ? holds.length : 0);
  run.remark(`at their end ${[...ends].map(([state, count]) => `${count} were ${state}`).join(", ")}`);
}

function judgeConfirm(run: FaultRun, { type, status, code }: Ending, state: string): void {
  const wanted: Readonly<Record<string, readonly number[]>> = { confirmed: [200, 202], expired: [410] };
  if (type === "info" || status === null) return;
  if (!wanted[state]?.includes(status)) {
    run.violation(`a booking that is ${state} was confirmed with the answer ${status} ${code}`);
  }
}

/** Holds whose time is up all at once, with several workers that sweep all the time: each gives its ticket back once. */
async function expireTogether(run: FaultRun): Promise<void> {
  const { event, holds } = await holdTickets(run, "swept", { ttlS: TTL_S, capacity: HOLDS });
  await run.system.start("booking", run.system.workers.length);
  const states = await Promise.all(holds.map((held) => lookUntil(run, ofHold(held), (s) => s !== "pending")));
  const odd = states.filter((state) => state !== "expired");
  if (odd.length > 0) run.violation(`${odd.length} holds are ${[...new Set(odd)].join(", ")}, not expired`);
  const capacity = {
    type: "capacity",
    event: event.id,
    key: null,
    tier: event.facts.tiers[0] ?? "",
  } as const;
  // What an organizer is told is no page that was kept.
  const { body } = await run.workload.requester.send(FAULT_CLIENT, {
    ...capacity,
    capacity: HOLDS,
    isMeant: false,
  });
  if (body.available !== HOLDS) run.violation(`${body.available} of ${HOLDS} tickets came back`);
  run.fired(`${holds.length} holds expired under ${run.system.workers.length} workers`, holds.length);
}

function ofHold({ event, user, booking }: { event: string; user: string; booking: string }) {
  return { event, user, booking };
}
