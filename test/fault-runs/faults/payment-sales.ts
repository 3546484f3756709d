import { setTimeout as sleep } from "node:timers/promises";
import type { FaultRun } from "../fault.ts";
import type { Ending } from "../history/history-writer.ts";
import type { Callback } from "../history/op.ts";
import type { EventOnSale } from "../workload/hall.ts";
import { ANY_TICKETS, askUntilAnswered, lookUntil, type OwnBooking } from "./asking.ts";

const PRICE = 20;
const CENTS = 100;
const EVENT_NAME = "payments";
const PAGE_ASK_MS = 250;
const PAGE_ASKS_MAX = 20;

/** A payment whose page is open, of a booking that is held for it. */
export interface Sale extends OwnBooking {
  readonly payment: string;
}

/** What a call-back says. Without an id of its own it has the one that the provider gives such a report. */
export type Report = Pick<Callback, "result"> & Partial<Pick<Callback, "forgery" | "callback">>;

/** An event whose tickets are paid on the provider's page, and so many pages open. @throws where it does not come to that */
export async function openSales(
  run: FaultRun,
  { count, ttlS }: { readonly count: number; readonly ttlS: number },
): Promise<Sale[]> {
  const event = await run.workload.openEvent(EVENT_NAME, {
    total_capacity: 1_000,
    price: PRICE,
    requires_payment: true,
    hold_ttl_seconds: ttlS,
    max_holds_per_user: 100,
  });
  return await Promise.all(Array.from({ length: count }, (_, at) => openSale(run, event, at)));
}

async function openSale(run: FaultRun, { id: event }: EventOnSale, at: number): Promise<Sale> {
  const { people } = run.workload;
  const of = { event, user: people[at % people.length]?.userId ?? "", key: `sale ${at}` };
  const held = await askUntilAnswered(run, { type: "book", ...of, quantity: 1, ...ANY_TICKETS });
  const { booking } = held.body;
  if (booking === undefined) throw new Error(`not held: ${held.status} ${held.code}`);
  const askPage = () => askUntilAnswered(run, { type: "checkout", ...of, booking });
  let opened = await askPage();
  // It is under way: a busy machine takes longer than a reply waits.
  for (let asks = 1; opened.status === 202 && asks < PAGE_ASKS_MAX; asks++) {
    await sleep(PAGE_ASK_MS);
    opened = await askPage();
  }
  const { payment } = opened.body;
  if (payment === undefined) throw new Error(`no page was opened: ${opened.status} ${opened.code}`);
  return { event, user: of.user, booking, payment };
}

/** The buyer pays on the page. */
export function payOnPage(run: FaultRun, sale: Sale): Promise<Ending> {
  return askUntilAnswered(run, { type: "page", ...sale, outcome: "success" });
}

/** A call-back, sent until it is answered, as providers do. */
export function tell(run: FaultRun, { event, booking, payment }: Sale, report: Report): Promise<Ending> {
  const { result, forgery = null, callback = `test_${payment}_${result}` } = report;
  const amountMinor = result === "captured" ? CENTS * PRICE : null;
  const op = { type: "callback", event, booking, payment, callback, result, amountMinor, forgery } as const;
  return askUntilAnswered(run, op);
}

export async function expectState(run: FaultRun, sale: Sale, wanted: string): Promise<void> {
  const state = await lookUntil(run, bookingIn(sale), (seen) => seen === wanted);
  if (state !== wanted) run.violation(`booking ${sale.booking} is ${state}, not ${wanted}`);
}

export function bookingIn({ event, user, booking }: Sale): OwnBooking {
  return { event, user, booking };
}

/** Whatever came in whatever order: each payment was captured once, and is a ticket, or all of it goes back. */
export async function judgeMoney(run: FaultRun, payments: number): Promise<void> {
  const { rows } = await run.system.db.query(
    `with told as (
       select outcome->>'type' as type, outcome->>'paymentId' as payment
         from ledger join event using (event_id), json_array_elements(outcomes) as outcome
        where event.name = $1)
     select payment,
            count(*) filter (where type = 'PaymentCaptured')::integer as times,
            count(*) filter (where type = 'BookingConfirmed')::integer as tickets,
            count(*) filter (where type = 'RefundOwed')::integer as refunds
       from told where payment is not null group by payment`,
    [`The ${EVENT_NAME} evening`],
  );
  for (const { payment, times, tickets, refunds } of rows) {
    if (times === 1 && tickets + refunds === 1) continue;
    run.violation(
      `payment ${payment} was captured ${times} times, for ${tickets} tickets and ${refunds} refunds`,
    );
  }
  const sum = (of: string) => rows.reduce((total, row) => total + row[of], 0);
  run.remark(`${rows.length} payments: ${sum("tickets")} are tickets, ${sum("refunds")} went back`);
  if (rows.length !== payments) run.violation(`${rows.length} payments are in the ledger, not ${payments}`);
}
