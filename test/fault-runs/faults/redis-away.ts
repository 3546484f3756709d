import { setTimeout as sleep } from "node:timers/promises";
import { whyNoRedis } from "../../realtime/redis-server.ts";
import { until } from "../../support/until.ts";
import type { Fault, FaultRun } from "../fault.ts";
import { countLimited, LIMITED_ENV } from "../injections/limited.ts";
import { flushRedis } from "../injections/redis-commands.ts";
import { untilUnderWay } from "./progress.ts";
import { bookingsBetween, judgeRefusals } from "./refusals.ts";

const AWAY_MS = { quick: 1_200, long: 3_000 };
const FLUSHES = 5;
const BACK_MS_MAX = 8_000;
const NOTICED_MS_MAX = 3_000;
const REFUSAL_MS_MAX = 1_000;

/**
 * F5: Redis is killed, emptied, or stopped in its tracks. Nothing of a booking is in it. What is: limits, which each API
 * process then counts by itself, neither forgetting nor refusing everybody; what crosses processes for sockets, which
 * clients catch up on; and pages, which are then made anew.
 */
export const REDIS_AWAY: Fault = {
  id: "F5",
  title: "Redis killed, flushed, frozen",
  points: ["killed", "flushed", "frozen"],
  quickPoints: ["killed", "frozen"],
  isLong: true,
  needs: async () => whyNoRedis(),
  stage: () => ({
    system: { apis: 2, workers: 1, hasRedis: true, env: LIMITED_ENV },
    workload: { kinds: { read: 25 } },
  }),
  recoveryMsMax: () => REFUSAL_MS_MAX,
  inject: async (run, point) => {
    await untilUnderWay(run);
    await until("Redis counts the limits", () => healthOf(run, "connected"), BACK_MS_MAX);
    await countLimited(run, "shared");
    const from = run.history.now();
    if (point === "flushed") await flush(run);
    else await away(run, point);
    await until("Redis is back for every API process", () => healthOf(run, "connected"), BACK_MS_MAX);
    run.healed("Redis is there again");
    await untilUnderWay(run);
    const asked = bookingsBetween(run, from, run.history.now());
    if (judgeRefusals(run, asked, REFUSAL_MS_MAX) > 0)
      run.violation("bookings were refused, but need no Redis");
  },
};

async function flush(run: FaultRun): Promise<void> {
  const { redis } = run.system;
  if (redis === null) throw new Error("there is no Redis");
  run.recoveryBegins();
  for (let at = 0; at < FLUSHES; at += 1) {
    await flushRedis(redis.port);
    await sleep(run.dice.between(20, 100));
  }
  run.fired(`everything in Redis was deleted ${FLUSHES} times`, FLUSHES);
  // Counting begins again, from nothing.
  await countLimited(run, "shared");
}

async function away(run: FaultRun, point: string): Promise<void> {
  const { redis } = run.system;
  if (redis === null) throw new Error("there is no Redis");
  if (point === "killed") await redis.kill();
  else redis.pause();
  run.recoveryBegins();
  run.fired(`Redis was ${point}`);
  try {
    await until("the API notices", () => healthOf(run, "disconnected"), NOTICED_MS_MAX);
    await countLimited(run, "each");
    await sleep(run.isQuick ? AWAY_MS.quick : AWAY_MS.long);
    await untilUnderWay(run);
  } finally {
    if (point === "killed") await redis.restart();
    else redis.resume();
  }
}

/** Whether every API process is up, and says that of Redis. */
async function healthOf(run: FaultRun, redis: "connected" | "disconnected"): Promise<boolean> {
  const replies = await Promise.all(
    run.system.apis.map(async ({ directUrl }) => {
      const reply = await fetch(`${directUrl}/health`);
      const body = (await reply.json()) as { redis: string };
      if (reply.status !== 200) run.violation(`health was answered ${reply.status} over Redis`);
      return body.redis;
    }),
  );
  return replies.every((one) => one === redis);
}
