import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { until } from "../../support/until.ts";
import type { Fault, FaultRun } from "../fault.ts";
import type { Book } from "../history/op.ts";
import { sendBadTexts } from "./bad-texts.ts";
import { strangeBookings, withPlanter } from "./planting.ts";
import { untilUnderWay } from "./progress.ts";

const DEADLY_PRELOAD = pathToFileURL(join(import.meta.dirname, "../deadly/preload.ts")).href;
/** What `deadly/preload.ts` looks for. */
const DEADLY_TIER = "deadly";
const REFUSED_QUANTITY = 7;
const REFUSED_WORDS = "seven is refused";
const DEATHS_MAX = 10;
const SET_ASIDE_MS_MAX = 5_000;
const DEADLY_MS_MAX = 40_000;
const PLANTED = 3;
const HARNESS_CLIENT = 0;

const STRIKES: Readonly<Record<string, (run: FaultRun) => Promise<void>>> = {
  unreadable: plantUnreadable,
  row: refuseRows,
  deadly: plantDeadly,
  text: sendBadTexts,
};

/** F11: one bad envelope, row, command or text never costs another client its booking. */
export const POISON: Fault = {
  id: "F11",
  title:
    "poison: an unreadable envelope, a refused row, a command that kills, texts that PostgreSQL cannot hold",
  points: Object.keys(STRIKES),
  quickPoints: ["row", "text"],
  stage: (point) => ({
    system: {
      preloadsOf: (role) => (point === "deadly" && role === "booking" ? [DEADLY_PRELOAD] : []),
    },
    workload: { events: { plain: 60 } },
  }),
  inject: async (run, point) => {
    await untilUnderWay(run);
    const strike = STRIKES[point];
    if (strike === undefined) throw new Error(`invariant: no strike ${point}`);
    await strike(run);
    await untilUnderWay(run);
  },
};

async function plantUnreadable(run: FaultRun): Promise<void> {
  run.countersMayLag("envelopes were put into a mailbox past the API");
  const eventId = run.workload.hall.plain.id;
  const ids = await withPlanter(run, (planter) =>
    Promise.all(
      Array.from({ length: PLANTED }, () =>
        planter.plantRaw(eventId, { n: 1, at: 1, command: { type: "Nonsense" } }),
      ),
    ),
  );
  for (const id of ids) run.poisoned(id);
  run.fired("envelopes that nobody can read", ids.length);
  await looksForDeadLetters(run, ids, "Nonsense");
}

/** A check of the database that some bookings of a batch do not pass. */
async function refuseRows(run: FaultRun): Promise<void> {
  const { db } = run.system;
  await db.query(`
    create function refuse_seven() returns trigger language plpgsql as $$ begin
      if new.quantity = ${REFUSED_QUANTITY} then raise exception '${REFUSED_WORDS}' using errcode = '23514'; end if;
      return new; end $$;
    create trigger refuse_seven before insert on booking for each row execute function refuse_seven()`);
  const { workload, seed } = run;
  const ops = Array.from(
    { length: PLANTED },
    (_, at): Book => ({
      type: "book",
      event: workload.hall.plain.id,
      user: workload.people[at % workload.people.length]?.userId ?? "",
      key: `run-${seed}-row-${at}`,
      quantity: REFUSED_QUANTITY,
      tier: null,
      seats: null,
      bestAvailable: false,
      waitlistIfFull: false,
      isAsync: false,
    }),
  );
  // Once each: what was set aside is answered 500 for good, which a client cannot tell from one that might still be done.
  await Promise.all(ops.map((op) => workload.requester.send(HARNESS_CLIENT, op)));
  const ids = await until("each refused row is dead-lettered", () => refusedRows(run), SET_ASIDE_MS_MAX);
  for (const id of ids) run.poisoned(id);
  run.fired("rows refused", ids.length);
  await db.query("drop trigger refuse_seven on booking");
}

/** Commands that were set aside because of the check, once they all are. */
async function refusedRows({ system }: FaultRun): Promise<string[] | null> {
  const { rows } = await system.db.query<{ id: string }>(
    "select command_id as id from dead_letter where error like $1",
    [`%${REFUSED_WORDS}%`],
  );
  return rows.length === PLANTED ? rows.map(({ id }) => id) : null;
}

/** Workers die of it and are started again, until it is set aside. */
async function plantDeadly(run: FaultRun): Promise<void> {
  run.countersMayLag("workers died");
  const { system, workload } = run;
  for (const worker of system.workers) worker.expectEnd();
  const command = await withPlanter(run, async (planter) => {
    const eventId = workload.hall.plain.id;
    const [deadly] = await strangeBookings(run, planter, { eventId, tier: DEADLY_TIER, count: 1 });
    if (deadly === undefined) throw new Error("invariant: one booking was asked for");
    await planter.plant(eventId, [deadly]);
    return deadly;
  });
  run.poisoned(command.id);
  const deadline = performance.now() + DEADLY_MS_MAX;
  const wanted = system.workers.length;
  let deaths = 0;
  while (!(await isSetAside(run, command.id))) {
    if (performance.now() > deadline) throw new Error(`it is not set aside after ${deaths} deaths`);
    await sleep(10);
    const places = new Set(system.workers.map(({ launch }) => launch.at));
    const missing = Array.from({ length: wanted }, (_, at) => at).filter((at) => !places.has(at));
    deaths += missing.length;
    for (const at of missing) (await system.start("booking", at)).expectEnd();
  }
  run.fired("workers died of a command", deaths);
  if (deaths > DEATHS_MAX) run.violation(`${deaths} workers died of one command; ${DEATHS_MAX} are allowed`);
  await looksForDeadLetters(run, [command.id], "took its process down");
}

async function isSetAside({ system }: FaultRun, id: string): Promise<boolean> {
  const { rowCount } = await system.db.query("select 1 from dead_letter where command_id = $1", [id]);
  return rowCount === 1;
}

async function looksForDeadLetters(run: FaultRun, ids: readonly string[], words: string): Promise<void> {
  const found = async () => {
    const { rows } = await run.system.db.query(
      "select 1 from dead_letter where command_id = any($1::uuid[]) and error like $2",
      [ids, `%${words}%`],
    );
    return rows.length === ids.length;
  };
  await until("they are dead-lettered with their error", found, SET_ASIDE_MS_MAX).catch((error) =>
    run.violation(String(error)),
  );
}
