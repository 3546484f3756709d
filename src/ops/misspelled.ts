import { CONFIG_NAMES } from "./config.ts";

/** Shorter names are near to too much that is none of ours. */
const LENGTH_MIN = 6;
const SLIPS_MAX = 2;

/**
 * Names in an environment that are none of a setting and nearly are one: a slip of the keyboard would otherwise leave a
 * default in force that nobody meant. Only warned of: the environment belongs to others, too.
 */
export function misspelledNames(
  env: Readonly<Record<string, string | undefined>>,
): { readonly name: string; readonly meant: string }[] {
  const known = new Set<string>(CONFIG_NAMES);
  return Object.keys(env)
    .filter((name) => name.length >= LENGTH_MIN && !known.has(name))
    .flatMap((name) => {
      const meant = CONFIG_NAMES.find((wanted) => isNear(name.toUpperCase(), wanted));
      return meant === undefined ? [] : [{ name, meant }];
    });
}

function isNear(name: string, wanted: string): boolean {
  if (wanted.length < LENGTH_MIN || Math.abs(name.length - wanted.length) > SLIPS_MAX) return false;
  return slipsBetween(name, wanted) <= (wanted.length < 2 * LENGTH_MIN ? 1 : SLIPS_MAX);
}

/** Letters to add, leave out, change, or swap with their neighbour: Damerau's distance, by the table of Wagner and Fischer. */
function slipsBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const [above, before] = [rows[i - 1] as number[], rows[i - 2]];
      const changed = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped && before !== undefined ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, changed, swapped));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
