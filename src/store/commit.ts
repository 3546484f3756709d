import type { ChainedTurn } from "./chained-turn.ts";
import type { Queryable } from "./database.ts";
import { passFence } from "./sql/actors.ts";
import { changeBookings } from "./sql/booking-changes.ts";
import { insertBookings } from "./sql/bookings.ts";
import { insertDeadLetters } from "./sql/dead-letters.ts";
import { changeEvents, writeSales, writeTiers } from "./sql/events.ts";
import { appendLedger } from "./sql/ledger.ts";
import { oweSinks } from "./sql/outbox.ts";
import { changePayments, insertPayments, writeRefunds } from "./sql/payments.ts";
import { writePromoCodes } from "./sql/promo-codes.ts";
import { writeSeats } from "./sql/seats.ts";
import { writeWaitlist } from "./sql/waitlist.ts";
import { keepWithdrawals } from "./sql/withdrawals.ts";

/**
 * Puts every write of a turn on the wire, in this order, without waiting in between. A statement with nothing
 * to write is not sent. The promises settle when the database has answered.
 */
export function writeTurns(tx: Queryable, turns: readonly ChainedTurn[]): Promise<unknown>[] {
  return [
    passFence(tx, turns),
    appendLedger(tx, turns),
    insertBookings(tx, turns),
    changeBookings(tx, turns),
    writeSeats(tx, turns),
    insertPayments(tx, turns),
    changePayments(tx, turns),
    writeRefunds(tx, turns),
    writeWaitlist(tx, turns),
    writePromoCodes(tx, turns),
    writeTiers(tx, turns),
    writeSales(tx, turns),
    changeEvents(tx, turns),
    keepWithdrawals(tx, turns),
    oweSinks(tx, turns),
    insertDeadLetters(tx, turns),
  ];
}
