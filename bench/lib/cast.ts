import { join } from "node:path";
import type { Cast, PeerVariant } from "./contestants.ts";
import { LINED } from "./lines.ts";
import { type Running, startProcess } from "./processes.ts";
import { BenchRedis } from "./redis-server.ts";
import { needsRedis } from "./scenarios.ts";
import type { Started } from "./started.ts";

const AT_ONCE_MAX = 3;

/**
 * Starts a Redis where one of the peers needs it; null where none does.
 * @param folder that of PostgreSQL, with which its data are gone
 */
export async function startRedis(
  started: Started,
  folder: string,
  peers: readonly PeerVariant[],
): Promise<BenchRedis | null> {
  return peers.some(needsRedis) ? started.add(await BenchRedis.start(join(folder, "redis"))) : null;
}

/** Starts the worker process of a peer, which rests until it is told to work. */
export async function startPeerWorker(
  started: Started,
  env: Readonly<Record<string, string>>,
  variant: PeerVariant,
): Promise<Running> {
  const name = `${variant} worker`;
  return started.add(await startProcess({ name, script: "bench/peers/worker.ts", args: [variant], env }));
}

/** Starts the product, and then the peers that are wanted. */
export async function startCast(
  started: Started,
  env: Readonly<Record<string, string>>,
  peers: readonly PeerVariant[],
): Promise<Omit<Cast, "redis">> {
  const start = async (name: string, script: string, args: readonly string[] = []) =>
    started.add(await startProcess({ name, script, args, env }));
  const [load, api, bookingWorker, effectsWorker] = await settled([
    start("load generator", "bench/lib/load-process.ts"),
    start("API", "src/server.ts"),
    start("booking worker", "workers/booking.ts"),
    start("effects worker", "workers/effects.ts"),
  ]);
  const lined = peers.filter((name) => (LINED as readonly PeerVariant[]).includes(name));
  return {
    load: load!,
    api: api!,
    bookingWorker: bookingWorker!,
    effectsWorker: effectsWorker!,
    peers: await startEach(peers, (name) => start(`peer ${name}`, "bench/peers/server.ts", [name])),
    peerWorkers: await startEach(lined, (name) => startPeerWorker(started, env, name)),
  };
}

/** Starts a few at a time: twenty at once would starve each other, and what one compiled the next ones find compiled. */
async function startEach(
  names: readonly PeerVariant[],
  start: (name: PeerVariant) => Promise<Running>,
): Promise<Partial<Record<PeerVariant, Running>>> {
  const running: Partial<Record<PeerVariant, Running>> = {};
  for (let at = 0; at < names.length; at += AT_ONCE_MAX) {
    const lot = names.slice(at, at + AT_ONCE_MAX);
    const made = await settled(lot.map(start));
    for (const [nth, name] of lot.entries()) running[name] = made[nth]!;
  }
  return running;
}

/** All of them, or the first failure once none is still under way: those that did start are known and will be stopped. */
async function settled<T>(starting: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(starting);
  return Promise.all(starting);
}
