import {
  describeFlags,
  type Flag,
  type Flags,
  readFlags,
  switchFlag,
  textFlag,
  wholeFlag,
} from "../../bench/lib/flags.ts";
import { type Fault, nameOf } from "./fault.ts";
import { SEED_MAX, type Strike } from "./plan.ts";

/** Stands for every variant. */
export const ALL = "all";

export type Options = Flags<ReturnType<typeof optionsOf>>;

/** @param faults all there are; @param variants names of the broken variants */
export function optionsOf(faults: readonly Fault[], variants: readonly string[]) {
  return {
    quick: switchFlag(
      `one short run of each fault but the longest${namesOfLong(faults)}; under three minutes`,
    ),
    runs: wholeFlag({ help: "as many runs, fault after fault", fallback: null, min: 1, max: 1_000_000 }),
    minutes: wholeFlag({
      help: "runs until so many minutes are over",
      fallback: null,
      min: 1,
      max: 10_000,
    }),
    seed: wholeFlag({
      help: "where all chance comes from; without it, a new one",
      fallback: null,
      min: 0,
      max: SEED_MAX,
    }),
    fault: faultFlag(faults),
    variant: variantFlag(variants),
    out: textFlag("DIR", "writes faults.json and faults.txt there; without it nothing is written"),
  };
}

function namesOfLong(faults: readonly Fault[]): string {
  const ids = faults.filter(({ isLong }) => isLong).map(({ id }) => id);
  return ids.length === 0 ? "" : ` (${ids.join(", ")})`;
}

function faultFlag(faults: readonly Fault[]): Flag<readonly string[] | null> {
  return {
    placeholder: "LIST",
    help: "only these, such as F2 or F2/turn.decided,F6",
    fallback: null,
    read: (text) => {
      const names = text.split(",").map((name) => name.trim());
      for (const name of names) {
        if (strikesNamed(faults, [name]).length > 0) continue;
        const fault = faults.find(({ id }) => id === name.split("/")[0]);
        throw new Error(
          fault === undefined
            ? `accepted are ${faults.map(({ id }) => id).join(", ")}, each alone or as id/point`
            : `the points of ${fault.id} are ${fault.points.join(", ")}`,
        );
      }
      return names;
    },
  };
}

function variantFlag(variants: readonly string[]): Flag<string | null> {
  return {
    placeholder: "NAME",
    help: "breaks the product in one way, or all, which the checker has to see; faults too where --fault, --runs or --minutes says so",
    fallback: null,
    read: (text) => {
      if (text === ALL || variants.includes(text)) return text;
      throw new Error(`accepted are ${[ALL, ...variants].join(", ")}`);
    },
  };
}

/** The strikes that names such as `F2` and `F2/turn.decided` stand for. */
export function strikesNamed(faults: readonly Fault[], names: readonly string[]): Strike[] {
  return faults.flatMap((fault) =>
    fault.points
      .filter((point) => names.includes(fault.id) || names.includes(nameOf(fault, point)))
      .map((point) => ({ fault, point })),
  );
}

/** @returns "help" where that was asked for. @throws UsageError in one line that says what is accepted */
export function readOptions(
  argv: readonly string[],
  faults: readonly Fault[],
  variants: readonly string[],
): Options | "help" {
  return readFlags(argv, optionsOf(faults, variants));
}

export function helpText(
  faults: readonly Fault[],
  variants: readonly { readonly name: string; readonly breaks: string }[],
): string {
  const names = variants.map(({ name }) => name);
  const lines = faults.map(({ id, title, points }) => `  ${id.padEnd(4)} ${title}: ${points.join(", ")}`);
  return [
    "npm run test:faults -- [options]",
    "",
    "Starts the real system again and again, lets clients at it, brings about faults, and holds what the clients saw",
    "against what is stored. Without options every point of every fault is run once.",
    "",
    describeFlags(optionsOf(faults, names)),
    "",
    "Faults and their points:",
    ...lines,
    "",
    "Broken variants:",
    ...variants.map(({ name, breaks }) => `  ${name}: ${breaks}`),
    "",
  ].join("\n");
}
