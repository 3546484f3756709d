import { setTimeout as sleep } from "node:timers/promises";
import type { Queryable } from "../../src/store/database.ts";
import { SCHEMA_OF } from "../peers/tables.ts";
import { openEvents } from "./bench-events.ts";
import type { Conductor } from "./conductor.ts";
import { peerOf } from "./contestants.ts";
import { Lane } from "./lane.ts";
import { isEmptied, lineOf } from "./lines.ts";
import type { Running } from "./processes.ts";
import { SETTINGS } from "./scenarios.ts";
import type { Stage } from "./stage.ts";

/** What one kill -9 of Redis and of the process that writes to PostgreSQL took from `redis-lua`. */
export interface RedisCrash {
  /** How PostgreSQL was set: the slower its disk, the further behind it is. */
  readonly setting: string;
  /** Bookings that buyers had been told are confirmed. */
  readonly confirmed: number;
  /** How many of them PostgreSQL has after the kill. */
  readonly in_database: number;
  /** The difference: what is gone where Redis does not come back with its data. */
  readonly lost: number;
  /** What is still missing after Redis came back with its append-only file and everything in it was written. */
  readonly lost_after_restart: number;
  /** How much stood in the stream just before, and for how long. */
  readonly unpersisted_before: { readonly count: number; readonly ms: number };
}

/** A moment is a matter of luck: the worker may just have written everything. */
const TRIES_IN_EACH_SETTING = 2;
const LANES = 1_000;
const SELL_MS = 2_000;
const EMPTY_MS_MAX = 20_000;
/** After a crash the API looks for its Redis at growing intervals. */
const BEGUN_MS_MAX = 20_000;

/** Kills Redis and the worker in the middle of a sale, several times. The peer's own worker is gone then. */
export async function crashRedis(stage: Stage, conductor: Conductor): Promise<RedisCrash[]> {
  const crashes: RedisCrash[] = [];
  let worker = stage.cast.peerWorkers["redis-lua"];
  for (const setting of SETTINGS) {
    await conductor.prepare({ setting, variant: "redis-lua" }, null);
    for (let at = 0; at < TRIES_IN_EACH_SETTING; at += 1) {
      if (worker === undefined) throw new Error("invariant: redis-lua was not started");
      const { crash, heir } = await crashOnce(stage, worker);
      crashes.push({ setting: setting.name, ...crash });
      worker = heir;
    }
  }
  await conductor.reset();
  return crashes;
}

async function crashOnce(
  stage: Stage,
  worker: Running,
): Promise<{ readonly crash: Omit<RedisCrash, "setting">; readonly heir: Running }> {
  const { pool, origin, adminToken } = stage;
  const { redis } = stage.cast;
  if (redis === null) throw new Error("invariant: redis-lua was started without Redis");
  const line = lineOf("redis-lua", { worker, db: pool, redis });
  line.work();
  const [eventId] = await openEvents({ origin, adminToken, db: pool }, { events: 1, isSeated: false });
  const selling = new Selling(stage, eventId!);
  await selling.begun();
  await sleep(SELL_MS);
  const before = await line.unpersisted!();
  process.kill(worker.pid, "SIGKILL");
  await redis.kill();
  const confirmed = await selling.end();
  const inDatabase = await countWritten(pool, confirmed);
  await redis.restart();
  const heir = await stage.startPeerWorker("redis-lua");
  const inherited = lineOf("redis-lua", { worker: heir, db: pool, redis });
  inherited.work();
  await isEmptied(inherited, EMPTY_MS_MAX);
  await inherited.rest();
  const crash = {
    confirmed: confirmed.length,
    in_database: inDatabase,
    lost: confirmed.length - inDatabase,
    lost_after_restart: confirmed.length - (await countWritten(pool, confirmed)),
    unpersisted_before: before,
  };
  return { crash, heir };
}

/** Buyers who book one ticket after the other, and what they were told. */
class Selling {
  readonly #confirmed: string[] = [];
  readonly #lanes: readonly Lane[];
  readonly #done: Promise<unknown>;
  #isOver = false;

  constructor({ users, cast }: Stage, eventId: string) {
    const { port } = peerOf(cast, "redis-lua");
    this.#lanes = Array.from({ length: LANES }, () => new Lane(`http://127.0.0.1:${port}`));
    this.#done = Promise.all(
      this.#lanes.map((lane, at) => this.#sell(lane, { token: users[at % users.length]!.token, eventId })),
    );
  }

  /** @throws Error where nobody's booking is confirmed: a crash would show nothing then */
  async begun(): Promise<void> {
    const untilMs = performance.now() + BEGUN_MS_MAX;
    while (this.#confirmed.length === 0 && performance.now() < untilMs) await sleep(50);
    if (this.#confirmed.length > 0) return;
    await this.end();
    throw new Error("redis-lua confirmed no booking before its crash");
  }

  /** @returns the ids of the bookings that were confirmed */
  async end(): Promise<readonly string[]> {
    this.#isOver = true;
    await this.#done;
    await Promise.all(this.#lanes.map((lane) => lane.close()));
    return this.#confirmed;
  }

  async #sell(
    lane: Lane,
    { token, eventId }: { readonly token: string; readonly eventId: string },
  ): Promise<void> {
    const body = { event_id: eventId, quantity: 1 };
    while (!this.#isOver) {
      const reply = await lane
        .ask({ method: "POST", path: "/api/v1/bookings", token, body })
        .catch(() => null);
      const id = reply?.body?.data?.id;
      if (reply?.status === 201 && typeof id === "string") this.#confirmed.push(id);
    }
  }
}

async function countWritten(db: Queryable, ids: readonly string[]): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from ${SCHEMA_OF["redis-lua"]}.booking where id = any($1::uuid[])`,
    [ids],
  );
  return rows[0]?.count ?? 0;
}
