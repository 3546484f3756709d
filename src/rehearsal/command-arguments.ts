import { parseArgs } from "node:util";
import { isUuid } from "../domain/ids.ts";
import { DEFAULT_HABIT } from "./donors.ts";
import { type RehearsalPlan, SEED_DEFAULT, TIMES_MAX } from "./plan.ts";
import { RULE_NAMES, type RuleName } from "./pricing-rule.ts";
import { RehearsalRefused } from "./refusal.ts";
import type { WhatIf } from "./stage.ts";
import { type StatedWhatIf, type WhatIfContext, whatIfOf } from "./what-if.ts";

export const REHEARSE_USAGE = `usage: npm run rehearse -- --event ID (--demand FILE | --times N) [options]

Plays an event's sale again on a clock of its own, with other demand or other rules, and tells what it would come to.
Reads of the database of DATABASE_URL, else of the embedded one, and writes nothing to it.

  --event ID             the event
  --times N              its own recorded buyers, N times as many, such as 3 or 0.5; 1 repeats what was
  --demand FILE          buyers as stated in a file of comma-separated values, see docs/rehearsal.md
  --from start|now       as if nothing had been sold (the default), or what is left is sold on; now takes --demand
  --pricing RULES        of as_it_was, fixed, recommended, apart by commas; default: all that make sense
  --capacity [TIER=]N    another capacity; may be given for several tiers
  --price [TIER=]AMOUNT  another first price, such as VIP=99.50; may be given for several tiers
  --limit-per-user N     tickets that one person may have; none: any number
  --hold SECONDS         how long a buyer has to pay
  --rate N               decisions a second; default: what was measured here
  --elasticity E         by how many percent demand falls where the price rises by one
  --pays SHARE           of the buyers of whom nothing is known, 0 to 1; default: ${DEFAULT_HABIT.paysShare}
  --pays-after SECONDS   how long they take; default: ${DEFAULT_HABIT.paysAfterMs / 1_000}
  --seed N               another chance; default: ${SEED_DEFAULT}
  --out DIR              writes rehearsal.json, rehearsal.svg and rehearsal.txt there
  --json                 prints the result for machines

Exits with 0; with 1 where a mere repetition did not come to what was recorded; with 2 where nothing could be rehearsed.
`;

const OPTIONS = {
  event: { type: "string" },
  times: { type: "string" },
  demand: { type: "string" },
  from: { type: "string" },
  pricing: { type: "string" },
  capacity: { type: "string", multiple: true },
  price: { type: "string", multiple: true },
  "limit-per-user": { type: "string" },
  hold: { type: "string" },
  rate: { type: "string" },
  elasticity: { type: "string" },
  pays: { type: "string" },
  "pays-after": { type: "string" },
  seed: { type: "string" },
  out: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

export interface AskedRehearsal {
  readonly eventId: string;
  readonly times: number;
  readonly demandFile: string | null;
  readonly plan: Omit<RehearsalPlan, "wanted" | "whatIf"> & {
    readonly whatIf: (event: WhatIfContext) => WhatIf;
  };
  readonly outFolder: string | null;
  readonly isJson: boolean;
}

/** @throws RehearsalRefused in one line that says what is accepted. */
export function rehearsalArguments(given: readonly string[]): AskedRehearsal {
  const values = parsed(given);
  const { event, demand, times } = values;
  const eventId = event?.toLowerCase() ?? "";
  if (!isUuid(eventId))
    throw new RehearsalRefused(
      `--event takes an event's id (a UUID)${event === undefined ? "" : `, not ${event}`}`,
    );
  if ((demand === undefined) === (times === undefined)) {
    throw new RehearsalRefused(
      "either --demand FILE or --times N is needed, and not both; --help tells more",
    );
  }
  return {
    eventId,
    times: number("times", times, { min: 0.001, max: TIMES_MAX }) ?? 1,
    demandFile: demand ?? null,
    plan: planOf(values),
    outFolder: values.out ?? null,
    isJson: values.json,
  };
}

function planOf(values: ReturnType<typeof parsed>): AskedRehearsal["plan"] {
  const stated: StatedWhatIf = {
    capacity: pairs("capacity", values.capacity),
    price: pairs("price", values.price),
    ...limitOf(values["limit-per-user"]),
    ...("hold" in values ? { holdS: number("hold", values.hold, { min: 1, max: 86_400 }) as number } : {}),
  };
  const payingS = number("pays-after", values["pays-after"], { min: 0, max: 86_400 });
  return {
    from: choice("from", values.from, ["start", "now"] as const) ?? "start",
    rules: rulesOf(values.pricing),
    whatIf: (event) => whatIfOf(stated, event),
    decidedPerSecond: number("rate", values.rate, { min: 0.001, max: 1e9 }),
    seed: number("seed", values.seed, { min: 0, max: 2 ** 31 - 1, isWhole: true }) ?? SEED_DEFAULT,
    elasticity: number("elasticity", values.elasticity, { min: 0.01, max: 20 }),
    habit: {
      paysShare: number("pays", values.pays, { min: 0, max: 1 }) ?? DEFAULT_HABIT.paysShare,
      paysAfterMs: payingS === null ? DEFAULT_HABIT.paysAfterMs : payingS * 1_000,
    },
  };
}

function parsed(given: readonly string[]) {
  try {
    return parseArgs({ args: [...given], options: OPTIONS }).values;
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new RehearsalRefused(`${line}; --help tells what there is`);
  }
}

function number(
  name: string,
  value: string | undefined,
  { min, max, isWhole = false }: { readonly min: number; readonly max: number; readonly isWhole?: boolean },
): number | null {
  if (value === undefined) return null;
  const read = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (read >= min && read <= max && (!isWhole || Number.isInteger(read))) return read;
  throw new RehearsalRefused(
    `--${name} takes a ${isWhole ? "whole " : ""}number from ${min} to ${max}, not ${value}`,
  );
}

function choice<T extends string>(name: string, value: string | undefined, of: readonly T[]): T | null {
  if (value === undefined) return null;
  const found = of.find((one) => one === value);
  if (found === undefined) throw new RehearsalRefused(`--${name} takes ${of.join(" or ")}, not ${value}`);
  return found;
}

function rulesOf(value: string | undefined): readonly RuleName[] {
  if (value === undefined) return [];
  const names = value.split(",").map((name) => choice("pricing", name.trim(), RULE_NAMES) as RuleName);
  return [...new Set(names)];
}

function limitOf(value: string | undefined): Pick<StatedWhatIf, "ticketsPerUserMax"> {
  if (value === undefined) return {};
  if (value === "none") return { ticketsPerUserMax: null };
  return { ticketsPerUserMax: number("limit-per-user", value, { min: 1, max: 1_000, isWhole: true }) };
}

/** `TIER=number`, or a number alone for an event with one tier. */
function pairs(name: string, given: readonly string[] | undefined): StatedWhatIf["capacity"] {
  return (given ?? []).map((one) => {
    const at = one.lastIndexOf("=");
    const value = one.slice(at + 1);
    if (!/^\d+(\.\d+)?$/.test(value))
      throw new RehearsalRefused(`--${name} takes a number, or TIER=number, not ${one}`);
    return { tier: at < 0 ? null : one.slice(0, at), value: Number(value) };
  });
}
