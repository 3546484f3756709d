import { randomBytes } from "node:crypto";
import { openEvents } from "../lib/bench-events.ts";
import type { BenchOptions } from "../lib/bench-options.ts";
import { contestantOf } from "../lib/contestants.ts";
import { digits, percent, whole } from "../lib/format.ts";
import { violationsOf } from "../lib/measure.ts";
import { startProcess } from "../lib/processes.ts";
import { SeededDice } from "../lib/random.ts";
import { runsInRealTime, untilRealTime } from "../lib/real-time.ts";
import { zipfDraws } from "../lib/zipf.ts";
import { type Decisions, decisionsOf } from "../open-loop/accepted-bookings.ts";
import { DecisionWatch } from "../open-loop/decision-watch.ts";
import {
  countOf,
  generatorShare,
  latenciesOf,
  type OpenArena,
  pace,
  readOpen,
} from "../open-loop/measure-open.ts";
import type { RequestKind, WindowSeen } from "../open-loop/messages.ts";
import { BOOKING, bookingOrder } from "../open-loop/orders.ts";
import { runOpenLoad, startOpenLoad } from "../open-loop/run-open-load.ts";
import { settled } from "../open-loop/settled.ts";
import { pageReads, placeOf, type Server, sourcesOf, stampede } from "./pages-reads.ts";
import { nameOf, pagesChart, pagesGoals, renderPages } from "./pages-report.ts";
import type { PagesResult, PagesRow, Stampede } from "./pages-result.ts";
import type { Suite, SuiteStage } from "./suite.ts";

const USERS = 1_000;
const EVENTS = { full: 1_000, quick: 200 } as const;
const EXPONENT = 1;
const READS_PER_S = 2_000;
const BOOKINGS_PER_S = 1_000;
const TIMES = {
  full: { warmUpMs: 5_000, measureMs: 20_000 },
  quick: { warmUpMs: 1_000, measureMs: 2_000 },
} as const;
const CONNECTIONS_MAX = 500;
/** So many requests are drawn; then they come again in the same order. */
const DRAWS = 50_000;

/** @param booked the one event that is booked; null: each as it is drawn */
const mixOf = (booked: string | null): readonly RequestKind[] => [
  {
    ...BOOKING,
    body: booked === null ? BOOKING.body : JSON.stringify({ event_id: booked, quantity: 1 }),
    weight: BOOKINGS_PER_S,
  },
  { method: "GET", path: "/api/v1/events/{event}", body: null, weight: READS_PER_S, isBooking: false },
];

async function run(suiteStage: SuiteStage, { quick }: BenchOptions): Promise<PagesResult> {
  const length = quick ? "quick" : "full";
  const metricsToken = randomBytes(16).toString("hex");
  const stage = await suiteStage.setUp({ users: USERS, peers: [], env: { METRICS_TOKEN: metricsToken } });
  const watch = suiteStage.started.add(await new DecisionWatch(stage.postgres.url).start());
  const arena = { stage, watch, generator: await startOpenLoad(suiteStage.started) };
  const eventIds = await openEvents(placeOf(stage), { events: EVENTS[length], isSeated: false });
  const { on, off, urgent } = await serversOf(suiteStage, arena, metricsToken);
  const rows: PagesRow[] = [];
  const stampedes: Stampede[] = [];
  for (const [server, booked] of [
    [on, "one event"],
    ...(urgent === null ? [] : [[urgent, "one event"] as const]),
    [on, "all events"],
    [off, "one event"],
  ] as const) {
    rows.push(await measure(arena, { ...server, booked }, eventIds, TIMES[length]));
    suiteStage.say(progressOf(rows.at(-1)!));
  }
  for (const server of [on, off]) stampedes.push(await stampede(stage, server));
  return {
    events: eventIds.length,
    exponent: EXPONENT,
    warm_up_ms: TIMES[length].warmUpMs,
    measure_ms: TIMES[length].measureMs,
    connections_max: CONNECTIONS_MAX,
    goals: pagesGoals(rows, stampedes),
    rows,
    stampedes,
  };
}

/** As it comes, without the cache, and in real time, or null where this system allows that to nobody. */
async function serversOf(
  { started, say }: SuiteStage,
  { stage, generator }: OpenArena,
  metricsToken: string,
) {
  const shipped = contestantOf("evently", stage.cast, stage.pool);
  const on: Server = { cache: "on", inRealTime: false, contestant: shipped, metricsToken };
  const likeIt = async (name: string, env: Readonly<Record<string, string>>) => {
    const options = { name, script: "src/server.ts", env: { ...stage.env, ...env } };
    return { ...shipped, api: started.add(await startProcess(options)) };
  };
  const uncached = await likeIt("API without a cache", { CACHE_STALE_MS_MAX: "0" });
  const off: Server = { ...on, cache: "off", contestant: uncached };
  // The generator does wherever it may.
  if (!runsInRealTime(generator.pid)) {
    say("left out: an API in real time, which this system does not allow");
    return { on, off, urgent: null };
  }
  const hurried = await likeIt("API in real time", { API_REALTIME: "true" });
  await untilRealTime(hurried.api.pid);
  const urgent: Server = { ...on, inRealTime: true, contestant: hurried };
  return { on, off, urgent };
}

async function measure(
  arena: OpenArena,
  server: Server & Pick<PagesRow, "booked">,
  eventIds: readonly string[],
  { warmUpMs, measureMs }: { readonly warmUpMs: number; readonly measureMs: number },
): Promise<PagesRow> {
  const { contestant, booked } = server;
  const dice = new SeededDice(EXPONENT);
  const drawn = zipfDraws(dice, { places: eventIds.length, exponent: EXPONENT, count: DRAWS });
  const order = bookingOrder({
    users: arena.stage.users,
    eventIds: drawn.map((place) => eventIds[place]!),
    prefer: "wait",
    ratePerS: READS_PER_S + BOOKINGS_PER_S,
    seed: EXPONENT,
  });
  arena.watch.clear();
  const { seen, readings } = await runOpenLoad(
    arena.generator,
    {
      ...order,
      // The first is the one that most people look at.
      kinds: mixOf(booked === "one event" ? eventIds[0]! : null),
      port: contestant.api.port,
      warmUpMs,
      windowMs: measureMs,
      windows: 1,
      connectionsMax: CONNECTIONS_MAX,
    },
    async () => ({ pages: await pageReads(server), ...(await readOpen(arena, contestant, eventIds)) }),
  );
  const { pool: db } = arena.stage;
  await settled(db, contestant, eventIds);
  const decisions = await decisionsOf({ watch: arena.watch, db }, seen, eventIds);
  const [from, to] = readings as [(typeof readings)[number], (typeof readings)[number]];
  const { decided_per_s, cpu } = pace(from, to);
  return {
    cache: server.cache,
    // One that became busy has given it back.
    in_real_time: server.inRealTime && runsInRealTime(contestant.api.pid),
    booked,
    decided_per_s,
    cpu,
    ...figuresOf(seen.windows[0]!, decisions),
    ...sourcesOf(from.pages, to.pages, to.atMs - from.atMs),
    generator: generatorShare([seen.windows[0]!.lag], seen.coreShare),
    violations: [...(await violationsOf(contestant, eventIds)), ...decisions.violations],
  };
}

/** Who was never answered waited at least so long, for a page as for a decision. */
export function figuresOf(window: WindowSeen, decisions: Pick<Decisions, "latencies">) {
  return {
    offered_reads_per_s: READS_PER_S,
    offered_bookings_per_s: BOOKINGS_PER_S,
    page: latenciesOf([window.other, window.otherUnanswered]),
    decision: latenciesOf([window.decided, ...decisions.latencies, window.unanswered]),
    answered_202: countOf([window.accepted]),
    refused_by_code: window.refusedByCode,
    broken: window.broken,
    unanswered: countOf([window.unanswered, window.otherUnanswered]),
    backlog: window.inFlight,
  };
}

function progressOf(row: PagesRow): string {
  const { page, hit_ratio, decided_per_s, violations } = row;
  const p99 = page === null ? "–" : digits(page.summary.p99_ms);
  const figures = [`page p99 ${p99} ms`, `${percent(hit_ratio)} hits`, `${whole(decided_per_s)}/s decided`];
  return [nameOf(row), ...figures, ...violations].join("  ");
}

/** How long an event's page takes while bookings go on, and what a crowd that comes for it costs. */
export const pages: Suite<PagesResult> = {
  name: "pages",
  title: "Pages: 2,000 event pages a second beside 1,000 bookings a second, and a stampede (open loop)",
  help: "open loop: event pages beside bookings with the cache, without, and in real time, hit ratio, a stampede on a cold page",
  file: "pages",
  notWhenQuick: null,
  run,
  render: renderPages,
  charts: (result) => ({ "pages.svg": pagesChart(result) }),
  violations: ({ rows, stampedes }) => [
    ...rows.flatMap(({ cache, booked, violations }) =>
      violations.map((violation) => `cache ${cache}, ${booked} booked: ${violation}`),
    ),
    ...stampedes.flatMap(({ cache, answered, readers }) =>
      // Without the cache some are told to come again: there are not as many connections to the database.
      answered === readers || cache === "off"
        ? []
        : [`cache ${cache}: ${readers - answered} of a stampede were not answered 200`],
    ),
  ],
};
