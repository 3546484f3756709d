import type { ActorTurn } from "../../engine/ports.ts";
import { columnsOf } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { outcomesOf } from "./outcomes-of.ts";

/** Keeps the marks of cancellations that overtook their booking, and takes away those that were found. */
export async function keepWithdrawals(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const left = outcomesOf(turns, "BookingWithdrawn");
  const found = outcomesOf(turns, "BookingRejected").filter(({ outcome }) => outcome.reason === "Withdrawn");
  await Promise.all([
    left.length === 0
      ? null
      : tx.query(
          "insert into withdrawal (event_id, booking_id) select * from unnest($1::uuid[], $2::uuid[])",
          columnsOf(
            left,
            ({ turn }) => turn.actor.eventId,
            ({ outcome }) => outcome.bookingId,
          ),
        ),
    found.length === 0
      ? null
      : tx.query(
          `delete from withdrawal w using unnest($1::uuid[], $2::uuid[]) as u (event_id, booking_id)
            where w.event_id = u.event_id and w.booking_id = u.booking_id`,
          columnsOf(
            found,
            ({ turn }) => turn.actor.eventId,
            ({ outcome }) => outcome.bookingId,
          ),
        ),
  ]);
}
