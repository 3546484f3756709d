import type { Fault, FaultRun } from "../fault.ts";
import type { Forgery } from "../history/op.ts";
import { askUntilAnswered, withDelay } from "./asking.ts";
import {
  bookingIn,
  expectState,
  judgeMoney,
  openSales,
  payOnPage,
  type Report,
  type Sale,
  tell,
} from "./payment-sales.ts";
import { untilUnderWay } from "./progress.ts";

const SALES = { long: 24, quick: 10 };
const REPEATS = 12;
const APART_MS_MAX = 8;
const FORGERIES: readonly Forgery[] = ["wrong-secret", "old", "unsigned", "other-body"];

interface Point {
  readonly strike: (run: FaultRun, sales: readonly Sale[]) => Promise<void>;
  /** How long tickets are held, seconds. */
  readonly ttlS: number;
}

const FOR_LONG_S = 600;
const POINTS: Readonly<Record<string, Point>> = {
  duplicated: { strike: each(duplicate), ttlS: FOR_LONG_S },
  reordered: { strike: each(reorder), ttlS: FOR_LONG_S },
  "late-refunded": { strike: refundLate, ttlS: FOR_LONG_S },
  "late-seated": { strike: each(seatLate), ttlS: 4 },
  forged: { strike: each(forge), ttlS: FOR_LONG_S },
};

/** F24: what a provider reports comes twice, out of order, too late, or from somebody else. */
export const PAYMENT_CALLBACKS: Fault = {
  id: "F24",
  title: "payment call-backs duplicated, reordered, late, forged",
  points: Object.keys(POINTS),
  quickPoints: ["duplicated", "late-refunded"],
  stage: () => ({
    system: { apis: 2, workers: 2, effects: 1 },
    workload: { clients: 6, kinds: { callback: 15, checkout: 10 } },
  }),
  inject: async (run, name) => {
    await untilUnderWay(run);
    const point = POINTS[name];
    if (point === undefined) throw new Error(`there is no point ${name}`);
    const sales = await openSales(run, { count: salesOf(run), ttlS: point.ttlS });
    await point.strike(run, sales);
    run.fired(`${sales.length} payments`, sales.length);
    run.healed("the provider has said everything");
  },
  afterwards: (run) => judgeMoney(run, salesOf(run)),
};

function salesOf({ isQuick }: FaultRun): number {
  return isQuick ? SALES.quick : SALES.long;
}

/** All at the same time, none of them minding the others. */
function each(strike: (run: FaultRun, sale: Sale) => Promise<void>): Point["strike"] {
  return async (run, sales) => void (await Promise.all(sales.map((sale) => strike(run, sale))));
}

/** The page is paid, and the report of it comes again and again, from all sides. */
async function duplicate(run: FaultRun, sale: Sale): Promise<void> {
  await payOnPage(run, sale);
  const again = await Promise.all(
    Array.from({ length: REPEATS }, () => tell(run, sale, { result: "captured" })),
  );
  for (const { status, code, body } of again) {
    if (status !== 200) run.violation(`a report that came again was answered ${status} ${code}`);
    else if (body.receipt !== "duplicate") run.violation(`a report that came again was ${body.receipt}`);
  }
  await expectState(run, sale, "confirmed");
}

/** Reports of what the payment was before, or might have been, all at once with that of its capture. */
async function reorder(run: FaultRun, sale: Sale): Promise<void> {
  const reports: Report[] = [{ result: "pending" }, { result: "declined" }, { result: "cancelled" }];
  const told = await Promise.all([
    withDelay(run, APART_MS_MAX, () => payOnPage(run, sale)),
    ...reports.map((report) => withDelay(run, APART_MS_MAX, () => tell(run, sale, report))),
  ]);
  for (const { status, code } of told) {
    if (status !== 200) run.violation(`a report was answered ${status} ${code}`);
  }
  await expectState(run, sale, "confirmed");
}

/** Buyers give up while the provider cannot be asked to end the payment; then it tells of money that it took. */
async function refundLate(run: FaultRun, sales: readonly Sale[]): Promise<void> {
  const [effects] = run.system.effects;
  effects?.freeze();
  try {
    await each(giveUpAndPay)(run, sales);
  } finally {
    effects?.thaw();
  }
}

async function giveUpAndPay(run: FaultRun, sale: Sale): Promise<void> {
  const key = `late ${sale.booking}`;
  const { status, code } = await askUntilAnswered(run, {
    type: "cancel",
    ...bookingIn(sale),
    key,
    quantity: null,
  });
  if (status !== 200) run.violation(`the cancellation was answered ${status} ${code}`);
  await payOnPage(run, sale);
  await expectState(run, sale, "cancelled");
}

/** The provider ends the payment, the hold expires, and then the money comes all the same: it buys tickets in its place. */
async function seatLate(run: FaultRun, sale: Sale): Promise<void> {
  await tell(run, sale, { result: "cancelled" });
  await expectState(run, sale, "expired");
  await payOnPage(run, sale);
}

/** Reports that nobody but a forger makes, before and after the genuine one. */
async function forge(run: FaultRun, sale: Sale): Promise<void> {
  await forgeAll(run, sale);
  const { body } = await askUntilAnswered(run, { type: "lookPayment", ...bookingIn(sale) });
  if (body.state !== "open") run.violation(`a forged call-back made a payment ${body.state}`);
  await payOnPage(run, sale);
  await forgeAll(run, sale);
  await expectState(run, sale, "confirmed");
}

async function forgeAll(run: FaultRun, sale: Sale): Promise<void> {
  for (const forgery of FORGERIES) {
    const callback = `forged ${forgery}`;
    const { status, code } = await tell(run, sale, { result: "captured", forgery, callback });
    if (status !== 401 || code !== "WEBHOOK_SIGNATURE_INVALID") {
      run.violation(`a call-back that is forged (${forgery}) was answered ${status} ${code}, not 401`);
    }
  }
}
