import type { RehearsalPlan } from "./plan.ts";
import type { RehearsalResult } from "./result.ts";

type Found = Pick<RehearsalResult, "demand" | "line" | "elasticity" | "check"> & {
  readonly plan: RehearsalPlan;
  readonly turnedAway: number | null;
  readonly setAside: number;
  readonly isHabitAssumed: boolean;
};

/** What a result rests on, in sentences for whoever acts on it. */
export function assumptionsOf(found: Found): string[] {
  const { demand, plan, turnedAway, setAside, isHabitAssumed } = found;
  const { times } = demand;
  const isSame = demand.source === "recorded" && times === 1;
  return [
    ...(demand.source === "recorded" && times > 1
      ? [
          `Every recorded person comes ${times} times on average; copies come between the arrivals around theirs and want the best seats of the tier, not the same seats.`,
        ]
      : []),
    ...(times < 1 ? [`Of the recorded people ${Math.round(times * 100)} % come, drawn by chance.`] : []),
    ...(turnedAway !== null && turnedAway > 0
      ? [
          `${turnedAway} requests were turned away before they stood in line, because nothing was left: they are in no ledger and do not come again here, so demand after the sell-out is larger than rehearsed.`,
        ]
      : []),
    ...(setAside > 0 ? [`${setAside} commands that failed are not repeated.`] : []),
    ...(isSame
      ? []
      : [
          isHabitAssumed
            ? `Too few holds are recorded: ${Math.round(plan.habit.paysShare * 100)} % of the buyers of whom nothing is known are assumed to pay, ${plan.habit.paysAfterMs / 1_000} s after they got their tickets.`
            : "Whoever gets tickets that they did not get in the record does with them what a recorded buyer did, drawn by chance.",
        ]),
    ...lineSentence(found),
    ...priceSentences(found),
  ];
}

function lineSentence({ line }: Found): string[] {
  switch (line.source) {
    case "recorded":
      return ["The line is the recorded one: from when each was asked to when it was decided."];
    case "given":
      return [`${line.decidedPerSecond} decisions a second are made, as was given.`];
    case "measured here":
    case "measured on this installation":
      return [
        `${Math.round(line.decidedPerSecond ?? 0)} decisions a second are made, ${line.source} under a backlog.`,
      ];
    case "unknown":
      return [
        "How fast decisions are made was never measured here and not given: each is made at once, and nothing is said about the line.",
      ];
    default:
      return line.source satisfies never;
  }
}

function priceSentences({ elasticity, demand, check }: Found): string[] {
  if (elasticity === null) return [];
  return [
    `At the first price, demand is assumed to fall by ${elasticity} % where the price rises by 1 %, with willingness to pay spread exponentially; ${demand.latent} people were added who would have come at a lower price. Revenue under other prices than the recorded ones rests on this alone.`,
    ...(check?.agrees === false
      ? ["The repetition differs from the record: see the differences before trusting the rest."]
      : []),
  ];
}
