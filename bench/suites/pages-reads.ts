import { Pool } from "undici";
import { openEvents } from "../lib/bench-events.ts";
import type { Contestant } from "../lib/contestants.ts";
import type { Stage } from "../lib/stage.ts";
import type { Stampede } from "./pages-result.ts";

const READERS = 1_000;

/** An API process: with the cache, without it, in real time. */
export interface Server {
  readonly cache: "on" | "off";
  readonly inRealTime: boolean;
  readonly contestant: Contestant;
  readonly metricsToken: string;
}

/** Where events are created. */
export function placeOf({ origin, adminToken, pool: db }: Stage) {
  return { origin, adminToken, db };
}

type Sources = Readonly<Record<string, number>>;

/** Pages of events that a server was asked for, by where they came from, and `renewed` in the background, since it began. */
export async function pageReads({ contestant, metricsToken }: Server): Promise<Sources> {
  const response = await fetch(`http://127.0.0.1:${contestant.api.port}/metrics`, {
    headers: { authorization: `Bearer ${metricsToken}` },
  });
  const text = await response.text();
  const lines = text.matchAll(/^evently_cache_reads_total\{kind="event",source="(\w+)"\} (\d+)$/gm);
  const renewed = /^evently_cache_renewals_total (\d+)$/m.exec(text)?.[1] ?? 0;
  return Object.fromEntries([
    ...[...lines].map(([, source, count]) => [source, Number(count)] as const),
    ["renewed", Number(renewed)] as const,
  ]);
}

/** What was asked for between two readings, by where it came from. */
export function sourcesOf(from: Sources, to: Sources, elapsedMs: number) {
  const { renewed = 0, ...by_source } = Object.fromEntries(
    Object.entries(to).map(([source, count]) => [source, count - (from[source] ?? 0)]),
  );
  const asked = Object.values(by_source).reduce((sum, count) => sum + count, 0);
  const { database = 0 } = by_source;
  return {
    by_source,
    renewed,
    hit_ratio: asked === 0 ? 0 : Number(((asked - database) / asked).toFixed(4)),
    database_reads_per_s: Math.round(((database + renewed) / elapsedMs) * 1_000),
  };
}

/** A thousand connections that are open already, and one page that nobody has asked for. */
export async function stampede(stage: Stage, server: Server): Promise<Stampede> {
  const { cache, contestant } = server;
  const origin = `http://127.0.0.1:${contestant.api.port}`;
  const pool = new Pool(origin, { connections: READERS, pipelining: 1 });
  const ask = async (path: string) => {
    const reply = await pool.request({ method: "GET", path });
    await reply.body.dump();
    return reply.statusCode;
  };
  const all = (path: string) => Promise.all(Array.from({ length: READERS }, () => ask(path)));
  try {
    await all("/livez");
    const [eventId] = await openEvents(placeOf(stage), { events: 1, isSeated: false });
    const before = (await pageReads(server)).database ?? 0;
    const startedMs = performance.now();
    const statuses = await all(`/api/v1/events/${eventId}`);
    const elapsed_ms = Math.round(performance.now() - startedMs);
    const database_reads = ((await pageReads(server)).database ?? 0) - before;
    const answered = statuses.filter((status) => status === 200).length;
    return { cache, readers: READERS, answered, database_reads, elapsed_ms };
  } finally {
    await pool.destroy();
  }
}
