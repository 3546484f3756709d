import type { Scrape } from "./evidence.ts";

/** A sample of the text format of Prometheus: name, labels, value. */
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/**
 * A metric of several processes added up, by one of its labels.
 * @param label null: by nothing; the sum stands under an empty name. A metric that nobody shows has no sums.
 */
export function sumOf(scrapes: readonly Scrape[], metric: string, label: string | null): Map<string, number> {
  const sums = new Map<string, number>();
  for (const line of scrapes.flatMap(({ text }) => text.split("\n"))) {
    const [, name, labels = "", value] = SAMPLE.exec(line) ?? [];
    if (name !== metric) continue;
    const by =
      label === null ? "" : ([...labels.matchAll(LABEL)].find(([, one]) => one === label)?.[2] ?? "");
    sums.set(by, (sums.get(by) ?? 0) + Number(value));
  }
  return sums;
}
