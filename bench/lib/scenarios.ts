import { BOOKING_SCENARIOS, type BookingScenario } from "../../src/load-tests/scenarios.ts";

/** What is asked of every variant. Only the product has seats: where they are asked for, no other variant can take part. */
export type Scenario = BookingScenario;

/** The same that admins start load tests by. */
export const SCENARIOS = BOOKING_SCENARIOS;
/** One hot event with 1,000 connections: what most suites put a server under. */
export const HOT = SCENARIOS.find(({ name }) => name === "hot-1000")!;

/** Ways to book, in the order of the table. `evently-keyed` is the product with an Idempotency-Key on each request. */
export const VARIANTS = [
  "evently",
  "evently-keyed",
  "row-lock",
  "row-lock-tuned",
  "optimistic",
  "conditional",
  "group-commit",
  "send-per-request",
  "send-batch",
  "graphile-worker",
  "bullmq",
  "redis-lua",
  "ceiling",
] as const;

export type Variant = (typeof VARIANTS)[number];

/** What an answer tells: the decision, only that the request was accepted (202), or nothing at all. */
export const ANSWER_IS = {
  evently: "decision",
  "evently-keyed": "decision",
  "row-lock": "decision",
  "row-lock-tuned": "decision",
  optimistic: "decision",
  conditional: "decision",
  "group-commit": "decision",
  "send-per-request": "acceptance",
  "send-batch": "acceptance",
  "graphile-worker": "acceptance",
  bullmq: "acceptance",
  "redis-lua": "decision",
  ceiling: "nothing",
} as const satisfies Record<Variant, "decision" | "acceptance" | "nothing">;

/** Variants that need a Redis. */
export const WITH_REDIS = ["bullmq", "redis-lua"] as const satisfies readonly Variant[];

export type RedisVariant = (typeof WITH_REDIS)[number];

export function needsRedis(variant: Variant): variant is RedisVariant {
  return (WITH_REDIS as readonly Variant[]).includes(variant);
}

/** How PostgreSQL is set: as it is, or with commits that take as long as on a slow disk. */
export const SETTINGS = [
  { name: "as-is", title: "as is", commitDelayUs: 0 },
  { name: "commit-delay", title: "commit_delay = 2 ms", commitDelayUs: 2_000 },
] as const;

export type Setting = (typeof SETTINGS)[number];

/** One thing to measure once. */
export interface Measurement {
  readonly round: number;
  readonly setting: Setting;
  readonly scenario: Scenario;
  readonly variant: Variant;
}

/**
 * The order of a whole run: round by round, and within a round every variant of a scenario one after the other, so
 * that what drifts on the machine hits all of them alike. Each round begins with another variant.
 */
export function planOf(options: {
  readonly rounds: number;
  readonly scenarios: readonly Scenario[];
  readonly covers: (setting: Setting, scenario: Scenario, variant: Variant) => boolean;
}): Measurement[] {
  const plan: Measurement[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    for (const setting of SETTINGS) {
      for (const scenario of options.scenarios) {
        const variants = VARIANTS.filter((variant) => options.covers(setting, scenario, variant));
        for (const variant of rotated(variants, round)) plan.push({ round, setting, scenario, variant });
      }
    }
  }
  return plan;
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

/** What the goals are about, in every scenario. */
const OF_THE_GOALS: readonly Variant[] = ["evently", "row-lock", "row-lock-tuned"];

/** Who takes part in a full run, scenario by scenario: where a variant would only say again what another one says, it is left out. */
const FULL: Readonly<Record<string, readonly Variant[]>> = {
  "hot-1": [...OF_THE_GOALS, "conditional", "ceiling"],
  "hot-100": [...OF_THE_GOALS, "evently-keyed", "conditional", "group-commit"],
  "hot-1000": VARIANTS,
  "spread-1000": [...OF_THE_GOALS, "optimistic", "conditional", "group-commit", "send-batch"],
  "seated-1000": ["evently"],
};

/** With commits as slow as on a slow disk: beside everybody who commits on one hot event, else what the goals are about. */
const FULL_SLOW: Readonly<Record<string, readonly Variant[]>> = {
  "hot-1": OF_THE_GOALS,
  "hot-100": OF_THE_GOALS,
  "hot-1000": VARIANTS.filter((variant) => variant !== "ceiling"),
  "spread-1000": OF_THE_GOALS,
  "seated-1000": [],
};

export function coversAll(setting: Setting, scenario: Scenario, variant: Variant): boolean {
  const covered = setting.commitDelayUs === 0 ? FULL : FULL_SLOW;
  return covered[scenario.name]?.includes(variant) ?? false;
}

/**
 * A quick run: on one hot event everybody, without keys; with one connection and with seats the product alone; on many
 * events and with the slow disk against the row locks.
 */
export function coversQuick(setting: Setting, scenario: Scenario, variant: Variant): boolean {
  if (variant === "evently-keyed") return false;
  if (scenario.name === "hot-1" || scenario.isSeated)
    return setting.commitDelayUs === 0 && variant === "evently";
  if (setting.commitDelayUs === 0 && scenario.events === 1) return true;
  if (setting.commitDelayUs > 0 && scenario.name !== "hot-1000") return false;
  return variant === "evently" || variant.startsWith("row-lock");
}
