import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, FaultRun } from "../fault.ts";
import type { Ending } from "../history/history-writer.ts";
import type { Book } from "../history/op.ts";
import type { EventOnSale } from "../workload/hall.ts";
import type { Requester } from "../workload/requester.ts";
import { ANY_TICKETS, FAULT_CLIENT } from "./asking.ts";
import { untilUnderWay } from "./progress.ts";

const AT_ONCE = 1_000;
const OTHERS_AT_ONCE = 20;
const CONNECTIONS = 500;
const REQUEST_MS_MAX = 15_000;
const QUANTITY = 2;
const AGAIN_MS = 300;
const TIMES_MAX = 40;

/** How the one request is answered: confirmed, as soon as it is accepted, or refused because everything is sold. */
const POINTS = ["confirmed", "accepted", "refused"] as const;

/** F16: one key a thousand times at once; then with another body, and by somebody else. */
export const SAME_KEY: Fault = {
  id: "F16",
  title: "one idempotency key a thousand times at once",
  points: POINTS,
  quickPoints: ["confirmed"],
  stage: () => ({ system: { apis: 2, workers: 2 }, workload: { clients: 6 } }),
  inject: async (run, point) => {
    await untilUnderWay(run);
    const capacity = point === "refused" ? 1 : 1_000;
    const event = await run.workload.openEvent("same key", { total_capacity: capacity, price: 20 });
    const requester = run.workload.requesterWith({ connections: CONNECTIONS, requestMsMax: REQUEST_MS_MAX });
    try {
      await strike(run, { event, requester, isAsync: point === "accepted" });
    } finally {
      await requester.close();
    }
    run.healed("all are answered");
  },
  afterwards: async (run, point) => {
    const { rows } = await run.system.db.query(
      `select count(*)::integer as bookings from booking join event using (event_id)
        where event.name = 'The same key evening' and booking.status = 'confirmed'`,
    );
    const wanted = point === "refused" ? 0 : 2;
    if (rows[0].bookings !== wanted) {
      run.violation(`${rows[0].bookings} bookings for ${wanted} requests that could be one`);
    }
  },
};

async function strike(
  run: FaultRun,
  {
    event,
    requester,
    isAsync,
  }: { readonly event: EventOnSale; readonly requester: Requester; readonly isAsync: boolean },
): Promise<void> {
  const [one, other] = run.workload.people;
  const op: Book = {
    type: "book",
    event: event.id,
    user: one?.userId ?? "",
    key: `same-${run.seed}`,
    quantity: QUANTITY,
    ...ANY_TICKETS,
    isAsync,
  };
  const send = (asked: Book, count: number) =>
    Promise.all(Array.from({ length: count }, (_, at) => untilLetIn(requester, FAULT_CLIENT + at, asked)));
  const began = performance.now();
  const endings = await send(op, AT_ONCE);
  run.fired(`${AT_ONCE} requests with one key`, AT_ONCE);
  run.remark(`${AT_ONCE} answered within ${Math.round(performance.now() - began)} ms`);
  judgeOne(run, endings);
  const changed = await send({ ...op, quantity: QUANTITY + 1 }, OTHERS_AT_ONCE);
  for (const { status, code } of changed) {
    if (status !== 422) run.violation(`another body with the key was answered ${status} ${code}, not 422`);
  }
  const others = await send({ ...op, user: other?.userId ?? "" }, OTHERS_AT_ONCE);
  judgeOne(run, others);
  const [mine, theirs] = [bookingsIn(endings), bookingsIn(others)];
  if ([...theirs].some((id) => mine.has(id))) run.violation("somebody else was told of a booking by its key");
}

/** A thousand at once are more than are let in: who is told to come again does, with the same key. */
async function untilLetIn(requester: Requester, client: number, asked: Book): Promise<Ending> {
  for (let times = 1; ; times += 1) {
    const ending = await requester.send(client, asked);
    if (ending.code !== "OVERLOADED" || times === TIMES_MAX) return ending;
    await sleep(AGAIN_MS);
  }
}

/** All are answered, alike, and with one booking; a 202 may come before the end of it. */
function judgeOne(run: FaultRun, endings: readonly Ending[]): void {
  const unanswered = endings.filter(({ type }) => type === "info");
  if (unanswered.length > 0) {
    const [{ status, code } = { status: null, code: null }] = unanswered;
    run.violation(`${unanswered.length} requests were not answered, such as ${status} ${code}`);
  }
  const statuses = new Set(endings.map(({ status }) => status));
  statuses.delete(202);
  if (statuses.size > 1) run.violation(`one request was answered ${[...statuses].join(" and ")}`);
  const bookings = bookingsIn(endings);
  if (bookings.size > 1) run.violation(`one request was given ${bookings.size} bookings`);
  const digests = new Set(endings.flatMap(({ body }) => body.digest ?? []));
  if (digests.size > 1) run.violation(`one request was given ${digests.size} different replies`);
  const first = endings.filter(
    ({ type, status, body }) => type === "ok" && status !== null && !body.isReplayed,
  );
  if (first.length > 1) run.violation(`${first.length} of the replies to one request say they are the first`);
}

function bookingsIn(endings: readonly Ending[]): ReadonlySet<string> {
  return new Set(endings.flatMap(({ body }) => body.booking ?? []));
}
