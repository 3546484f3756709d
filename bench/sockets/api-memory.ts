import { setTimeout as sleep } from "node:timers/promises";
import { type Running, startProcess } from "../lib/processes.ts";
import type { Started } from "../lib/started.ts";

export interface CollectOrder {
  readonly type: "collect";
}

/** What an API process holds after its garbage was collected, in bytes. */
export interface Collected {
  readonly type: "collected";
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

/** The same in MiB. */
export interface ApiMemory {
  /** Resident memory. */
  readonly rss_mib: number;
  /** Objects of JavaScript. */
  readonly heap_mib: number;
  /** Buffers and what else hangs on them. */
  readonly external_mib: number;
}

const MIB = 1_048_576;
const PRELOAD = new URL("collect-when-told.ts", import.meta.url);
const COLLECT_EVERY_MS = 250;
const COLLECTIONS_MAX = 12;
/** Settled when the resident memory of two collections differs by no more than this. */
const SETTLED_BYTES = 262_144;

/** Starts an API process that collects its garbage when it is told to; `started` stops it. */
export async function startCollectingApi(
  started: Started,
  env: Readonly<Record<string, string>>,
): Promise<Running> {
  const flags = `${env.NODE_OPTIONS ?? ""} --expose-gc --import=${PRELOAD.href}`.trim();
  return started.add(
    await startProcess({
      name: "API of the sockets",
      script: "src/server.ts",
      env: { ...env, NODE_OPTIONS: flags },
    }),
  );
}

/** Has it collect until its resident memory no longer changes, for a bounded time. Nothing may be under way. */
export async function settledMemory(api: Running): Promise<ApiMemory> {
  let last = await collect(api);
  for (let collections = 1; collections < COLLECTIONS_MAX; collections += 1) {
    await sleep(COLLECT_EVERY_MS);
    const before = last;
    last = await collect(api);
    if (Math.abs(last.rss - before.rss) <= SETTLED_BYTES) break;
  }
  const mib = (bytes: number) => Number((bytes / MIB).toFixed(2));
  return { rss_mib: mib(last.rss), heap_mib: mib(last.heapUsed), external_mib: mib(last.external) };
}

function collect(api: Running): Promise<Collected> {
  const collected = api.receive((message) =>
    (message as Collected).type === "collected" ? (message as Collected) : null,
  );
  api.send({ type: "collect" } satisfies CollectOrder);
  return collected;
}
