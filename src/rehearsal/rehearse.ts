import { DEFAULT_PRIOR } from "../pricing/pricing.ts";
import { assumptionsOf } from "./assumptions.ts";
import { checkAgainst } from "./check.ts";
import type { OrganiserAct } from "./demand.ts";
import { Donors } from "./donors.ts";
import type { RehearsalPlan } from "./plan.ts";
import { REQUESTS_MAX } from "./plan.ts";
import { Play } from "./play.ts";
import { type PricingRule, type RuleName, stillRule } from "./pricing-rule.ts";
import { recommendedRule } from "./recommended-rule.ts";
import { RehearsalRefused } from "./refusal.ts";
import type { LineModel, RehearsalResult, RuleResult } from "./result.ts";
import { ruleResult } from "./rule-result.ts";
import { type Scene, setScene } from "./scene.ts";
import { withoutPriceChanges } from "./stage.ts";
import type { MeasuredRates, Subject } from "./subject.ts";
import { withWillingness } from "./willingness.ts";

/** The lowest price that recommendations ever come to, as a share of the first: see `railsOf`. */
const FLOOR_SHARE = 0.5;

/**
 * Rehearses a sale under each pricing rule, with the same people for all of them. Pure: equal arguments give an equal
 * result, and nothing outside of them is touched.
 * @param progress told the share that is done, 0 … 1
 * @throws RehearsalRefused where it cannot be made so; Error where the domain finds that something cannot be
 */
export function rehearse(
  subject: Subject,
  plan: RehearsalPlan,
  progress: (share: number) => void = () => undefined,
): RehearsalResult {
  const donors = new Donors(subject.sale.demand.scripts.values(), plan.habit);
  const line = lineModel(plan, subject.rates);
  const scene = setScene(subject, plan, { donors, isAskedFor: line.decidedPerSecond !== null });
  const { demand: seen } = scene;
  const elasticity = scene.isFree ? null : (plan.elasticity ?? DEFAULT_PRIOR.elasticity);
  const { demand, latent } = withWillingness(
    seen,
    elasticity === null ? null : { atBase: elasticity, floorShare: FLOOR_SHARE },
    {
      baseMinor: scene.baseMinor,
      seed: plan.seed,
      requestsMax: REQUESTS_MAX,
    },
  );
  const people = new Set(demand.requests.map(({ command }) => command.userId)).size;
  const common = { scene: { ...scene, demand }, plan, donors, line };
  const names = rulesOf(plan, scene);
  const rules: RuleResult[] = [];
  let check: RehearsalResult["check"] = null;
  for (const [at, name] of names.entries()) {
    const play = playOf(common, name, (share) => progress((at + share) / names.length));
    const firstPrices = play.performance.world.state.tiers.map(({ priceMinor }) => priceMinor);
    play.run();
    rules.push(
      ruleResult(play, {
        rule: name,
        startsAt: scene.startsAt,
        firstPrices,
        isLineKnown: line.source !== "unknown",
      }),
    );
    if (name === "as_it_was" && scene.isRepetition)
      check = checkAgainst(subject.sale.tally, play.performance.tally);
  }
  const summary = { people, requests: demand.requests.length, latent };
  return resultOf(subject, plan, {
    line,
    elasticity,
    rules,
    check,
    summary,
    isHabitAssumed: donors.isAssumed,
  });
}

/** Whatever decides how fast the line moves. */
function lineModel({ wanted, decidedPerSecond }: RehearsalPlan, rates: MeasuredRates): LineModel {
  if (decidedPerSecond !== null) return { decidedPerSecond, source: "given" };
  // The record knows when each was asked and when decided.
  if (wanted.type === "recorded" && wanted.times === 1) return { decidedPerSecond: null, source: "recorded" };
  if (rates.here !== null) return { decidedPerSecond: rates.here, source: "measured here" };
  if (rates.installation !== null) {
    return { decidedPerSecond: rates.installation, source: "measured on this installation" };
  }
  return { decidedPerSecond: null, source: "unknown" };
}

function rulesOf({ rules, wanted }: RehearsalPlan, { isFree }: Scene): readonly RuleName[] {
  if (wanted.type === "stated" && rules.includes("as_it_was")) {
    throw new RehearsalRefused(
      "of a stated demand nothing is recorded that prices could be as_it_was of; take fixed",
    );
  }
  if (rules.length > 0) return rules;
  const still: readonly RuleName[] = wanted.type === "recorded" ? ["as_it_was", "fixed"] : ["fixed"];
  return isFree ? still : [...still, "recommended"];
}

function playOf(
  {
    scene,
    plan,
    donors,
    line,
  }: {
    readonly scene: Scene;
    readonly plan: RehearsalPlan;
    readonly donors: Donors;
    readonly line: LineModel;
  },
  name: RuleName,
  progress: (share: number) => void,
): Play {
  const rule: PricingRule = name === "recommended" ? recommendedRule(scene.opensAt) : stillRule(name);
  const { requests } = scene.demand;
  return new Play({
    world: scene.newWorld(),
    startsAt: scene.startsAt,
    until: scene.until,
    demand: scene.demand,
    acts: actsOf(scene, rule, line),
    donors,
    rule,
    keepsShown:
      rule.repeatsPriceChanges && plan.whatIf.priceMinor.size === 0 && line.decidedPerSecond === null,
    decidedPerSecond: line.decidedPerSecond,
    seed: plan.seed,
    progress: (done) => progress(done / Math.max(1, requests.length)),
  });
}

function actsOf(
  { stage, hasActs }: Scene,
  rule: PricingRule,
  { decidedPerSecond }: LineModel,
): readonly OrganiserAct[] {
  if (!hasActs) return [];
  const acts = rule.repeatsPriceChanges ? stage.acts : withoutPriceChanges(stage);
  return decidedPerSecond === null ? acts : acts.map((act) => ({ ...act, at: act.at - act.waitedMs }));
}

function resultOf(
  { id, sale, turnedAway }: Subject,
  plan: RehearsalPlan,
  found: Pick<RehearsalResult, "line" | "elasticity" | "rules" | "check"> & {
    readonly summary: Pick<RehearsalResult["demand"], "people" | "requests" | "latent">;
    readonly isHabitAssumed: boolean;
  },
): RehearsalResult {
  const { number, name, currency } = sale.stage.draft;
  const { wanted, seed } = plan;
  const { summary, isHabitAssumed, ...rest } = found;
  const demand = {
    source: wanted.type === "recorded" ? ("recorded" as const) : ("file" as const),
    times: wanted.type === "recorded" ? wanted.times : 1,
    seed,
    ...summary,
  };
  const assumptions = assumptionsOf({
    ...rest,
    demand,
    plan,
    turnedAway,
    setAside: sale.setAside,
    isHabitAssumed,
  });
  return {
    version: 1,
    event: { id, number, name, currency, seq: sale.head.seq },
    demand,
    ...rest,
    assumptions,
  };
}
