import type { BenchOptions } from "../lib/bench-options.ts";
import { HOT } from "../lib/scenarios.ts";
import type { Stage } from "../lib/stage.ts";
import { queueChart, renderQueue } from "./queue-report.ts";
import type { QueueResult } from "./queue-result.ts";
import { type Length, Rounds } from "./queue-rounds.ts";
import { autovacuum, clearDead, clearMail, forgetStatistics, leaveMail, openOthers } from "./queue-states.ts";
import { againstBaselines } from "./queue-verdict.ts";
import type { Suite, SuiteStage } from "./suite.ts";

const OTHERS = { full: 5_000, quick: 200 } as const satisfies Record<Length, number>;

async function run(suiteStage: SuiteStage, { quick }: BenchOptions): Promise<QueueResult> {
  const length = quick ? "quick" : "full";
  const setUp = () => suiteStage.setUp({ users: HOT.connections, peers: [] });
  const stage = await setUp();
  const rounds = new Rounds({ stage, length, say: suiteStage.say });
  await rounds.warmUp();
  await rounds.baseline();
  await autovacuum(stage, false);
  await forgetStatistics(stage);
  await rounds.state("stale-statistics");
  await autovacuum(stage, true);
  // Its statistics are those of a table at work again.
  await rounds.warmUp();
  await rounds.baseline();
  const dead = await rounds.pin();
  await clearDead(stage);
  await rounds.baseline();
  await besideOthers(rounds, await setUp(), OTHERS[length]);
  return {
    connections: HOT.connections,
    rows: againstBaselines(rounds.rows),
    pinned: rounds.pinned,
    dead_rows: dead,
  };
}

/**
 * Events are never deleted, so nothing is clean again where there were many. They are opened on a second server, and the
 * baselines between are of the first one; what the two differ by without them is measured too.
 */
async function besideOthers(rounds: Rounds, stage: Stage, count: number): Promise<void> {
  const second = rounds.on(stage);
  await second.warmUp();
  await rounds.baseline();
  await second.state("second-server");
  await rounds.baseline();
  const others = await openOthers(stage, count);
  await second.state("many-events", { others: count });
  await rounds.baseline();
  await leaveMail(stage, others);
  await second.state("many-mailboxes", { others: count });
  await clearMail(stage, others);
  await rounds.baseline();
}

/** What the queue costs when it is not as it was measured first. */
export const queue: Suite<QueueResult> = {
  name: "queue",
  title: "Queue: one hot event while the queue is worn, old or full of others (closed loop)",
  help: "one hot event with stale statistics, under a long reader, beside 5,000 events, beside 5,000 full mailboxes",
  file: "queue",
  notWhenQuick: null,
  run,
  render: renderQueue,
  charts: (result) => ({ "queue.svg": queueChart(result) }),
  violations: ({ rows }) =>
    rows.flatMap(({ state, violations }) => violations.map((violation) => `${state}: ${violation}`)),
};
