import type { Fault, FaultRun } from "../fault.ts";
import { attemptsOf, readHistory } from "../history/history-reader.ts";
import type { Ending } from "../history/history-writer.ts";
import type { Book } from "../history/op.ts";
import type { EventOnSale } from "../workload/hall.ts";
import type { Requester } from "../workload/requester.ts";
import { ANY_TICKETS, FAULT_CLIENT } from "./asking.ts";
import { untilUnderWay } from "./progress.ts";

const LONG = { requests: 20_000, tickets: 1_000 };
const QUICK = { requests: 2_000, tickets: 200 };
/** So few may wait for their decision, so that many are told to come again. */
const DEPTH_MAX = 150;
const CONNECTIONS = 400;
const REQUEST_MS_MAX = 20_000;
const WAVES_MAX = 60;
const HEALTH_EVERY_MS = 100;
const HEALTH_MS_MAX = 2_000;

/** F17: everybody at once, and whoever is told to come again does so at once, all of them together. */
export const RUSH: Fault = {
  id: "F17",
  title: "20,000 requests on 1,000 tickets, all again at once after 503",
  points: ["all-at-once"],
  quickPoints: ["all-at-once"],
  stage: () => ({
    system: { apis: 2, workers: 1, env: { MAILBOX_DEPTH_MAX: String(DEPTH_MAX) } },
    workload: { clients: 2, thinkMsMax: 50, requestMsMax: REQUEST_MS_MAX },
  }),
  inject: async (run) => {
    await untilUnderWay(run, 5);
    const { requests, tickets } = run.isQuick ? QUICK : LONG;
    const event = await run.workload.openEvent("rush", { total_capacity: tickets, price: 20 });
    const requester = run.workload.requesterWith({ connections: CONNECTIONS, requestMsMax: REQUEST_MS_MAX });
    const health = watchHealth(run);
    try {
      await rush(run, { event, requester, requests });
    } finally {
      await requester.close();
      judgeHealth(run, await health.end());
    }
    run.healed("everybody has an answer");
  },
  afterwards: async (run) => {
    const { tickets } = run.isQuick ? QUICK : LONG;
    const { rows } = await run.system.db.query(
      `select coalesce(sum(quantity), 0)::integer as sold from booking join event using (event_id)
        where event.name = 'The rush evening' and booking.status = 'confirmed'`,
    );
    if (rows[0].sold !== tickets) run.violation(`${rows[0].sold} of ${tickets} tickets were sold`);
    judgeAnswers(run, tickets);
  },
};

interface Rush {
  readonly event: EventOnSale;
  readonly requester: Requester;
  readonly requests: number;
}

/** Wave after wave, until everybody is told yes or no. */
async function rush(run: FaultRun, { event, requester, requests }: Rush): Promise<void> {
  const { people } = run.workload;
  let waiting = Array.from({ length: requests }, (_, at): Book => {
    const user = people[at % people.length]?.userId ?? "";
    return {
      type: "book",
      event: event.id,
      user,
      key: `rush-${run.seed}-${at}`,
      quantity: 1,
      ...ANY_TICKETS,
    };
  });
  const began = performance.now();
  let [sent, waves] = [0, 0];
  while (waiting.length > 0 && waves < WAVES_MAX) {
    waves += 1;
    sent += waiting.length;
    const endings = await Promise.all(waiting.map((op, at) => requester.send(FAULT_CLIENT + at, op)));
    waiting = waiting.filter((_, at) => !isAnswer(endings[at] as Ending));
  }
  const seconds = (performance.now() - began) / 1_000;
  run.fired(`${requests} requests, ${sent} with those that came again`, sent);
  run.remark(
    `${sent} requests in ${seconds.toFixed(1)} s (${Math.round(sent / seconds)} a second) in ${waves} waves`,
  );
  if (waiting.length > 0) run.violation(`${waiting.length} were told nothing in ${WAVES_MAX} waves`);
}

/** A 503, a reset or a time-out is none, nor is a place in line. */
function isAnswer({ type, status }: Ending): boolean {
  return status === 201 || (type === "fail" && status !== null && status < 500);
}

/** By what clients were told: as many were given a ticket as there are, and all others were told that it is sold out. */
function judgeAnswers(run: FaultRun, tickets: number): void {
  const rushed = attemptsOf(readHistory(run.history.path), "book").filter(({ invoke }) =>
    invoke.op.key?.startsWith("rush-"),
  );
  const given = new Set(
    rushed.flatMap(({ done }) => (done?.status === 201 ? (done.body.booking ?? []) : [])),
  );
  if (given.size !== tickets) run.violation(`clients were given ${given.size} of ${tickets} tickets`);
  const told = new Map<string, number>();
  for (const { done } of rushed) {
    const what = `${done?.status ?? "none"} ${done?.code ?? ""}`.trim();
    told.set(what, (told.get(what) ?? 0) + 1);
  }
  run.remark([...told].map(([what, count]) => `${count} × ${what}`).join(", "));
  for (const { done } of rushed) {
    if (done?.status === 503 && done.body.retryAfterS === undefined) {
      run.violation("a 503 does not say when to come again");
      return;
    }
  }
}

type Look = { readonly ms: number; readonly type: "alive" | "slow" | "dead" };

/** Asks whether the API is alive all the time. */
function watchHealth(run: FaultRun): { end(): Promise<readonly Look[]> } {
  const looks: Promise<Look>[] = [];
  const timer = setInterval(() => {
    for (const { directUrl } of run.system.apis) looks.push(lookAt(directUrl));
  }, HEALTH_EVERY_MS);
  return {
    end: async () => {
      clearInterval(timer);
      return await Promise.all(looks);
    },
  };
}

async function lookAt(url: string): Promise<Look> {
  const began = performance.now();
  const done = (type: Look["type"]) => ({ type, ms: performance.now() - began });
  try {
    const reply = await fetch(`${url}/livez`, { signal: AbortSignal.timeout(HEALTH_MS_MAX) });
    await reply.text();
    return done(reply.ok ? "alive" : "dead");
  } catch (error) {
    // This very process sends all the requests: that it is late to look says nothing about who is looked at.
    return done(error instanceof Error && error.name === "TimeoutError" ? "slow" : "dead");
  }
}

function judgeHealth(run: FaultRun, looks: readonly Look[]): void {
  const count = (of: Look["type"]) => looks.filter(({ type }) => type === of).length;
  if (count("dead") > 0) run.violation(`${count("dead")} of ${looks.length} looks at health were refused`);
  if (looks.length > 0 && count("alive") === 0) run.violation("health was never answered");
  const longest = Math.max(0, ...looks.filter(({ type }) => type === "alive").map(({ ms }) => ms));
  run.remark(
    `health answered ${count("alive")} times, within ${Math.round(longest)} ms, and ${count("slow")} times later than ${HEALTH_MS_MAX} ms`,
  );
}
