import type { ActorTurn } from "../engine/ports.ts";
import type { Queryable } from "./database.ts";
import { passFence } from "./sql/actors.ts";
import { cancelBookings, insertBookings } from "./sql/bookings.ts";
import { insertDeadLetters } from "./sql/dead-letters.ts";
import { changeEvents, writeTiers } from "./sql/events.ts";
import { appendLedger } from "./sql/ledger.ts";
import { oweSinks } from "./sql/outbox.ts";
import { keepWithdrawals } from "./sql/withdrawals.ts";

/**
 * Puts every write of a turn on the wire, in this order, without waiting in between. A statement with nothing
 * to write is not sent. The promises settle when the database has answered.
 */
export function writeTurns(tx: Queryable, turns: readonly ActorTurn[]): Promise<unknown>[] {
  return [
    passFence(tx, turns),
    appendLedger(tx, turns),
    insertBookings(tx, turns),
    cancelBookings(tx, turns),
    writeTiers(tx, turns),
    changeEvents(tx, turns),
    keepWithdrawals(tx, turns),
    oweSinks(tx, turns),
    insertDeadLetters(tx, turns),
  ];
}
