import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, FaultRun } from "../fault.ts";
import type { Ending } from "../history/history-writer.ts";
import type { EventOnSale } from "../workload/hall.ts";
import { ANY_TICKETS, FAULT_CLIENT } from "./asking.ts";
import { untilUnderWay } from "./progress.ts";

const CHANGES = { long: 30, quick: 12 };
const PAUSE_MS_MAX = 60;
const WAITING = 8;
/** See `CapacityJump`: more than ten times the capacity is taken for a slip. */
const SLIP_FACTOR = 10;

/** F22: an organizer changes the capacity while people buy. */
export const CAPACITY_CHANGES: Fault = {
  id: "F22",
  title: "capacity lowered below sold, raised, mistyped, during a sale",
  points: ["lowered", "raised", "mistyped"],
  quickPoints: ["lowered", "raised"],
  stage: () => ({
    system: { apis: 2, workers: 2 },
    workload: { kinds: { capacity: 0 }, events: { scarce: 60 } },
  }),
  inject: async (run, point) => {
    await untilUnderWay(run);
    if (point === "lowered") await lower(run);
    else if (point === "raised") await raise(run);
    else await mistype(run);
    run.healed("the organizer leaves it alone");
  },
};

/** Asks for less than was sold again and again, now and then for what is possible. */
async function lower(run: FaultRun): Promise<void> {
  const event = run.workload.hall.scarce;
  const { capacity } = event.facts;
  let refused = 0;
  for (let at = 0; at < changesOf(run); at += 1) {
    await sleep(run.dice.between(0, PAUSE_MS_MAX));
    const asked = run.dice.between(1, capacity);
    const { status, code, body } = await change(run, event, { capacity: asked, isMeant: false });
    if (status === 409 && code === "CAPACITY_BELOW_SOLD") {
      refused += 1;
      if ((body.sold ?? 0) <= asked) {
        run.violation(`${asked} were refused although only ${body.sold} were sold`);
      }
    } else if (status === 200) {
      expectCapacity(run, body, asked);
    } else if (status !== null && status < 500) {
      run.violation(`a lower capacity was answered ${status} ${code}`);
    }
    await change(run, event, { capacity, isMeant: false });
  }
  run.fired(`${changesOf(run)} times lowered, ${refused} times refused`, refused);
}

/** People wait; with every ticket more, as many as fit are served, and nobody else gets in before them. */
async function raise(run: FaultRun): Promise<void> {
  const { workload } = run;
  const event = await workload.openEvent("raised", { total_capacity: 2, price: 20, offer_ttl_seconds: 600 });
  const [buyer, ...waiting] = workload.people;
  const book = (user: string, key: string) =>
    workload.requester.send(FAULT_CLIENT, {
      type: "book",
      event: event.id,
      user,
      key,
      quantity: 2,
      ...ANY_TICKETS,
    });
  const first = await book(buyer?.userId ?? "", `raised-${run.seed}`);
  if (first.status !== 201) throw new Error(`the event could not be sold out: ${first.status} ${first.code}`);
  const line = waiting.slice(0, WAITING).map(({ userId }) => userId);
  for (const user of line) {
    const of = { event: event.id, user, key: `raised-${run.seed}`, quantity: 1 };
    await workload.requester.send(FAULT_CLIENT, { type: "joinWaitlist", ...of });
  }
  const others = Promise.all(
    Array.from({ length: WAITING }, (_, at) => book(buyer?.userId ?? "", `raised-${run.seed}-${at}`)),
  );
  for (let more = 1; more <= WAITING; more += 1) {
    await sleep(run.dice.between(0, PAUSE_MS_MAX));
    await change(run, event, { capacity: 2 + more, isMeant: false });
    await expectServed(run, { event, line, served: more });
  }
  for (const { status } of await others) {
    if (status === 201) run.violation("somebody who did not wait was served before those who did");
  }
  run.fired(`${WAITING} times raised`, WAITING);
}

/** The first so many of the line have offers, and the others wait. */
async function expectServed(
  run: FaultRun,
  {
    event,
    line,
    served,
  }: { readonly event: EventOnSale; readonly line: readonly string[]; readonly served: number },
): Promise<void> {
  const places = await Promise.all(
    line.map((user) =>
      run.workload.requester.send(FAULT_CLIENT, { type: "lookWaitlist", event: event.id, user }),
    ),
  );
  const states = places.map(({ body }) => body.state);
  const wanted = line.map((_, at) => (at < served ? "offered" : "waiting"));
  if (states.join() !== wanted.join()) {
    run.violation(`with ${served} tickets more the line is ${states.join(", ")}`);
  }
}

/** One nought too many is asked back; said twice, it is meant. */
async function mistype(run: FaultRun): Promise<void> {
  const event = run.workload.hall.scarce;
  let { capacity } = event.facts;
  const changes = changesOf(run) >> 2;
  for (let at = 0; at < changes; at += 1) {
    await sleep(run.dice.between(0, PAUSE_MS_MAX));
    const slip = capacity * SLIP_FACTOR + run.dice.between(1, capacity * SLIP_FACTOR);
    const refused = await change(run, event, { capacity: slip, isMeant: false });
    if (refused.status !== 409 || refused.code !== "EVENT_STATE_CONFLICT") {
      run.violation(`${slip} in place of ${capacity} was answered ${refused.status} ${refused.code}`);
    }
    // A tenfold event is not shrunk again while people buy: one such jump is enough for a run.
    if (at === changes - 1) {
      const meant = await change(run, event, { capacity: slip, isMeant: true });
      if (meant.status === 200) expectCapacity(run, meant.body, slip);
      else run.violation(`${slip} that are meant were answered ${meant.status} ${meant.code}`);
      capacity = slip;
    }
  }
  run.fired(`${changes} times mistyped`, changes);
}

/** Others may change nothing of it meanwhile: the reply shows what was asked for, with room for what is sold. */
function expectCapacity(run: FaultRun, { capacity, sold = 0 }: Ending["body"], asked: number): void {
  if (capacity !== asked) run.violation(`the capacity is ${capacity}, not ${asked}`);
  if (sold > asked) run.violation(`${sold} are sold of ${asked}`);
}

function changesOf({ isQuick }: FaultRun): number {
  return isQuick ? CHANGES.quick : CHANGES.long;
}

function change(
  { workload }: FaultRun,
  { id, facts }: EventOnSale,
  asked: { readonly capacity: number; readonly isMeant: boolean },
): Promise<Ending> {
  const tier = facts.tiers[0] ?? "";
  return workload.requester.send(FAULT_CLIENT, { type: "capacity", event: id, key: null, tier, ...asked });
}
