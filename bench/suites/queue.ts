import type { BenchOptions } from "../lib/bench-options.ts";
import { queueChart, renderQueue } from "./queue-report.ts";
import type { QueueResult, QueueRow } from "./queue-result.ts";
import { HOT, type Length, Rounds } from "./queue-rounds.ts";
import { autovacuum, clearMail, forgetStatistics, leaveMail, openOthers } from "./queue-states.ts";
import type { Suite, SuiteStage } from "./suite.ts";

const OTHERS = { full: 5_000, quick: 200 } as const satisfies Record<Length, number>;

async function run(suiteStage: SuiteStage, { quick }: BenchOptions): Promise<QueueResult> {
  const length = quick ? "quick" : "full";
  const stage = await suiteStage.setUp({ users: HOT.connections, peers: [] });
  const rounds = new Rounds(stage, length, suiteStage.say);
  await rounds.baseline();
  // The first was to warm up.
  rounds.rows.length = 0;
  rounds.baselines.length = 0;
  await rounds.baseline();
  await autovacuum(stage, false);
  await forgetStatistics(stage);
  await rounds.state("stale-statistics");
  await autovacuum(stage, true);
  await rounds.baseline();
  const dead = await rounds.pin();
  await rounds.baseline();
  const others = await openOthers(stage, OTHERS[length]);
  await rounds.state("many-events", { others: others.length });
  await leaveMail(stage, others);
  await rounds.state("many-mailboxes", { others: others.length });
  await clearMail(stage, others);
  await rounds.baseline();
  return {
    connections: HOT.connections,
    baselines_per_s: rounds.baselines,
    rows: againstBaseline(rounds.rows),
    pinned: rounds.pinned,
    dead_rows: dead,
  };
}

/** Each state against the mean of the baselines on both sides of it: what drifts on the machine hits both. */
function againstBaseline(rows: Rounds["rows"]): QueueRow[] {
  return rows.map((row, at) => {
    const isBaseline = (one: (typeof rows)[number]) => one.state === "baseline";
    const before = rows.slice(0, at + 1).findLast(isBaseline);
    const after = rows.slice(at).find(isBaseline);
    const mean = ((before?.decided_per_s ?? 0) + (after?.decided_per_s ?? 0)) / 2;
    return { ...row, against_baseline: Number((row.decided_per_s / mean).toFixed(2)) };
  });
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
