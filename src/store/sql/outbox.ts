import type { Outcome } from "../../domain/outcome.ts";
import type { ActorTurn, Entry } from "../../engine/ports.ts";
import { columnsOf } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { traceParentOf } from "../trace-parent.ts";

/** Which outcomes each sink wants to hear of. */
const CONCERNS: Readonly<Record<SinkName, ReadonlySet<Outcome["type"]>>> = {
  notification: new Set([
    "BookingConfirmed",
    "BookingHeld",
    "BookingCancelled",
    "BookingReduced",
    "HoldExpired",
    "BookingTransferred",
    "TicketsExchanged",
    "PaymentFailed",
    "RefundOwed",
    "RefundSettled",
    "WaitlistJoined",
    "WaitlistLeft",
    "OfferMade",
    "EventCancelled",
  ]),
  payment: new Set(["PaymentRequested", "PaymentCancelRequested", "RefundOwed"]),
};

export type SinkName = "notification" | "payment";

/** One row per turn and concerned sink: the range of ledger numbers that is owed to it. */
export async function oweSinks(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const owed = turns.flatMap(({ actor, entries }) =>
    (Object.keys(CONCERNS) as SinkName[])
      .filter((sink) => entries.some(({ decision }) => decision.some(({ type }) => CONCERNS[sink].has(type))))
      .map((sink) => ({
        eventId: actor.eventId,
        sink,
        from: actor.ledgerSeq + 1,
        to: actor.ledgerSeq + entries.length,
        traces: tracesOf(entries),
      })),
  );
  if (owed.length === 0) return;
  await tx.query({
    name: "outbox-owe",
    text: `insert into outbox (event_id, sink, from_seq, to_seq, traces)
           select * from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::json[])`,
    values: columnsOf(
      owed,
      ({ eventId }) => eventId,
      ({ sink }) => sink,
      ({ from }) => from,
      ({ to }) => to,
      ({ traces }) => traces,
    ),
  });
}

/** Of one range so many are followed on; where everything is traced, that is enough to see. */
const TRACES_MAX = 50;

/** Ledger number → trace, of those that are traced; null where none is. */
function tracesOf(entries: readonly Entry[]): Readonly<Record<string, string>> | null {
  if (entries.every(({ trace }) => trace === undefined)) return null;
  const traced = entries.flatMap(({ seq, trace }) =>
    trace === undefined ? [] : [[seq, traceParentOf(trace)] as const],
  );
  return Object.fromEntries(traced.slice(0, TRACES_MAX));
}
