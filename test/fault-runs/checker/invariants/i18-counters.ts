import { notesOf } from "../../history/history-reader.ts";
import type { Evidence, Scrape } from "../evidence.ts";
import { type Judgement, judged, notJudged } from "../judgement.ts";
import { sumOf } from "../metrics-text.ts";

/** Counters of all processes together, where none was lost with its process. */
export function judgeCounters(evidence: Evidence): Judgement {
  const { scrapes } = evidence;
  if (scrapes.length === 0) return notJudged("no metrics were read");
  const lost = lostRoles(evidence);
  const violations = [
    ...(lost.has("booking") ? [] : decisions(evidence)),
    ...(lost.has("api") ? [] : accepts(evidence)),
    ...gauges(evidence),
  ];
  const reasons = [
    ...[...lost].map((role) => `the counters of a ${role} process went with it`),
    ...GAUGES.flatMap(({ name, role }) =>
      scrapes.some((scrape) => scrape.role === role) ? [] : [`no ${role} process was left to show ${name}`],
    ),
  ];
  return reasons.length === 0 ? judged(violations) : notJudged(reasons.join("; "), violations);
}

/** Roles of which a process was started that did not tell its counters at the end. */
function lostRoles({ history, scrapes }: Evidence): ReadonlySet<string> {
  const told = new Set(scrapes.map(({ pid }) => pid));
  const lost = notesOf(history, "processStarted").filter(({ pid }) => !told.has(pid));
  const missing = (["api", "booking"] as const).filter((role) =>
    scrapes.every((scrape) => scrape.role !== role),
  );
  return new Set([...lost.map(({ role }) => role), ...missing]);
}

/** How a counter may differ: never above what is stored, and below it only where a commit's answer can have been lost. */
function differs(
  name: string,
  counted: number,
  stored: number,
  { countersMayLag }: Evidence["terms"],
): string[] {
  if (counted === stored || (counted < stored && countersMayLag !== null)) return [];
  return [`${name} counts ${counted}, the database holds ${stored}`];
}

/** The creation of an event is an API's own, and no turn's. */
function decisions({ events, scrapes, terms }: Evidence): string[] {
  const stored = new Map<string, number>();
  for (const [head] of events.flatMap(({ ledger }) => ledger.map(({ decision }) => decision))) {
    if (head.type !== "EventCreated") stored.set(head.type, (stored.get(head.type) ?? 0) + 1);
  }
  const counted = sumOf(scrapes, "evently_decided_total", "outcome");
  return [...new Set([...stored.keys(), ...counted.keys()])].flatMap((outcome) =>
    differs(
      `evently_decided_total{outcome="${outcome}"}`,
      counted.get(outcome) ?? 0,
      stored.get(outcome) ?? 0,
      terms,
    ),
  );
}

/** Envelopes may be put into mailboxes by the effects workers, too, which count nothing: APIs count no more than there were. */
function accepts({ events, scrapes, terms }: Evidence): string[] {
  const counted = sumOf(scrapes, "evently_accepted_total", "result").get("accepted") ?? 0;
  const stored = events.reduce((sum, { actor }) => sum + actor.bookingsAccepted + actor.urgentAccepted, 0);
  const byEffects = events.reduce((sum, { ledger }) => sum + ledger.filter(isByEffects).length, 0);
  const least = stored - byEffects;
  return counted >= least && counted <= stored
    ? []
    : differs('evently_accepted_total{result="accepted"}', counted, counted < least ? least : stored, terms);
}

function isByEffects({ command }: Evidence["events"][number]["ledger"][number]): boolean {
  return command.type === "RecordPayment" || command.type === "RecordRefund";
}

interface DueGauge {
  readonly name: string;
  /** Whose processes show it. */
  readonly role: Scrape["role"];
  readonly due: (evidence: Evidence) => number;
}

/** What is read from the database whenever somebody asks. */
const GAUGES: readonly DueGauge[] = [
  { name: "evently_mailbox_depth", role: "booking", due: ({ rest }) => rest.backlog.envelopes },
  { name: "evently_payments_captured_without_ticket", role: "effects", due: () => 0 },
  {
    name: "evently_refunds_owed",
    role: "effects",
    due: ({ events }) =>
      events.flatMap(({ refunds }) => refunds).filter(({ state }) => state === "owed").length,
  },
];

/** Whoever shows a gauge shows what the database holds; of the processes that have it one shows it at least. */
function gauges(evidence: Evidence): string[] {
  const { scrapes } = evidence;
  return GAUGES.flatMap(({ name, role, due }) => {
    const shown = scrapes.flatMap((scrape) => {
      const value = sumOf([scrape], name, null).get("");
      return value === undefined ? [] : [{ ...scrape, value }];
    });
    if (shown.length === 0)
      return scrapes.some((scrape) => scrape.role === role) ? [`no ${role} process shows ${name}`] : [];
    return shown.flatMap((one) =>
      one.value === due(evidence)
        ? []
        : [`${name} of ${one.role} ${one.pid} shows ${one.value}, the database holds ${due(evidence)}`],
    );
  });
}
