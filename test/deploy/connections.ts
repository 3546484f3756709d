import { loadConfig } from "../../src/ops/config.ts";
import { read, readYaml } from "./files.ts";

/** What opens connections: a pool of so many, or a single one that is kept. */
export const OPENING =
  /createPool\(\{[^}]*?\bmax: ([\w.]+)|length: ([\w.]+) \},\s*\(\) => new TurnConnection\(|new Listener\(\{/g;

/** The files in which each process opens its own, and those of the processes that it starts now and then. */
export const OPENERS = {
  api: { own: ["src/api/pools.ts", "src/api/notices.ts", "src/api/tracing.ts"], more: "rehearsals" },
  booking: { own: ["src/api/start-booking.ts", "src/api/tracing.ts"], more: null },
  effects: { own: ["src/api/start-effects.ts", "src/api/tracing.ts"], more: "audit" },
} as const;

/** A rehearsal, of which an API process has several at once; the audit of the books, of which an effects worker has one. */
export const STARTED = {
  rehearsals: {
    file: "src/store/rehearsals/source.ts",
    countMax: () => figureOf("RUNNING_MAX", read("src/api/rehearsals.ts")),
  },
  audit: { file: "src/store/audit/source.ts", countMax: () => 1 },
} as const;

/** How many connections a process opens at most as things stand by default, and how many more what it starts. */
export function connectionsOf(role: keyof typeof OPENERS): { readonly own: number; readonly more: number } {
  const { own, more } = OPENERS[role];
  const started = more === null ? null : STARTED[more];
  return {
    own: own.reduce((sum, file) => sum + openedIn(file), 0),
    more: started === null ? 0 : openedIn(started.file) * started.countMax(),
  };
}

function openedIn(file: string): number {
  const code = read(file);
  const counts = Array.from(code.matchAll(OPENING), ([, pool, turns]) =>
    figureOf(pool ?? turns ?? "1", code),
  );
  if (counts.length === 0) throw new Error(`${file} opens no connection`);
  return counts.reduce((sum, count) => sum + count);
}

/** A figure, a setting as it is by default, or a constant of the same file. */
function figureOf(word: string, code: string): number {
  const settings: Readonly<Record<string, unknown>> = loadConfig({});
  const constant = new RegExp(`^const ${word} = ([\\d_]+);`, "m").exec(code)?.[1]?.replaceAll("_", "");
  const figure = Number(settings[word.replace(/^config\./, "")] ?? constant ?? word);
  if (!Number.isInteger(figure)) throw new Error(`how many is ${word}?`);
  return figure;
}

/** The share of PostgreSQL's connections from which on `EventlyPostgresConnectionsFew` is told. */
export const QUIET_SHARE: number = quietShare();

function quietShare(): number {
  const { groups } = readYaml("deploy/prometheus/alerts.yml") as {
    groups: { rules: { alert: string; expr: string }[] }[];
  };
  const few = groups
    .flatMap(({ rules }) => rules)
    .find(({ alert }) => alert === "EventlyPostgresConnectionsFew");
  return Number(few?.expr.split("> ")[1]);
}
