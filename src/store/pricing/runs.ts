import type { CommandId, EventId } from "../../domain/ids.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

/** A run of an event's autopilot that this process has claimed. */
export interface ClaimedRun {
  readonly eventId: EventId;
  /** When it was due: with the event, what makes it this run and no other. */
  readonly dueAt: number;
  /** Of the command it may send, the same however often it is tried. */
  readonly commandId: CommandId;
}

/**
 * Claims runs that are due, for so long. A run whose process died is claimed again with the same command. Rows that others
 * are just claiming are passed by, so that an event is run by one process at a time.
 * @param newIds ids for the commands, one for each run there may be
 */
export async function claimPricingRuns(
  db: Queryable,
  { newIds, leaseMs }: { readonly newIds: readonly CommandId[]; readonly leaseMs: number },
): Promise<ClaimedRun[]> {
  const { rows } = await db.query<ClaimedRun>({
    name: "pricing-runs-claim",
    text: `with due as (
             select event_id, row_number() over () as place from (
               select event_id from pricing_run
                where due_at <= now() and coalesce(claimed_until, '-infinity') <= now()
                order by due_at limit $2 for update skip locked) d
           )
           update pricing_run r
              set claimed_until = now() + make_interval(secs => $3 / 1000.0),
                  command_id = coalesce(r.command_id, ($1::uuid[])[due.place])
             from due where r.event_id = due.event_id
           returning r.event_id as "eventId", ${ms("r.due_at")} as "dueAt", r.command_id as "commandId"`,
    values: [newIds, newIds.length, leaseMs],
  });
  return rows;
}

/** Ends a run: the next is due after a pause, with a command of its own. Does nothing where another took it over and ended it. */
export async function endPricingRun(
  db: Queryable,
  { eventId, commandId }: Pick<ClaimedRun, "eventId" | "commandId">,
  { nextMs, result }: { readonly nextMs: number; readonly result: string },
): Promise<void> {
  await db.query({
    name: "pricing-run-end",
    text: `update pricing_run
              set due_at = now() + make_interval(secs => $3 / 1000.0), command_id = null, claimed_until = null,
                  ran_at = now(), result = $4
            where event_id = $1 and command_id = $2`,
    values: [eventId, commandId, nextMs, result],
  });
}

/** When an event's autopilot ran last and what came of it; null where it is off. */
export async function lastPricingRun(
  db: Queryable,
  eventId: string,
): Promise<{ readonly ranAt: number | null; readonly dueAt: number; readonly result: string | null } | null> {
  const { rows } = await db.query<{ ranAt: number | null; dueAt: number; result: string | null }>({
    name: "pricing-run-last",
    text: `select ${ms("ran_at")} as "ranAt", ${ms("due_at")} as "dueAt", result from pricing_run where event_id = $1`,
    values: [eventId],
  });
  return rows[0] ?? null;
}
