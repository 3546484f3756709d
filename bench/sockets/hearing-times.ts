import { LatencyHistogram } from "../lib/statistics.ts";
import { type Latencies, latenciesOf } from "../open-loop/measure-open.ts";
import type { FigureHeard, Heard } from "./messages.ts";

/** Ledger numbers of one event that one notice told of, and when; the clock is `monotonicMs`. */
export interface Decided {
  readonly from: number;
  readonly to: number;
  readonly atMs: number;
}

export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What came of the decisions of one window, from the notice that followed each COMMIT. */
export interface HearingTimes {
  /** Messages that clients heard within the window, of each kind. */
  readonly deliveries_per_s: { readonly own: number; readonly figures: number };
  /** Decisions within the window for each message with figures that a client heard in it. */
  readonly decisions_per_figures: number | null;
  /** Until the person who booked heard of it. */
  readonly own: Latencies | null;
  /** Until a client heard figures, from the newest decision that is in them. */
  readonly newest: Latencies | null;
  /** Until a client heard figures with a decision in them, for each decision and each client. */
  readonly each: Latencies | null;
}

/** @param startSeq at which everybody had begun to listen */
export function hearingTimes(
  heard: Heard,
  decided: readonly Decided[],
  {
    window,
    clients,
    startSeq,
  }: { readonly window: Window; readonly clients: number; readonly startSeq: number },
): HearingTimes {
  const inWindow = ({ atMs }: { readonly atMs: number }) => atMs >= window.fromMs && atMs < window.toMs;
  const counted = decided.filter(inWindow);
  const decisionOf = finder(counted);
  const [own, newest] = [new LatencyHistogram(), new LatencyHistogram()];
  for (const [, seq, atMs] of heard.own) addSince(own, decisionOf(seq), atMs);
  for (const [, seq, , atMs] of heard.figures) addSince(newest, decisionOf(seq), atMs);
  const perS = (times: readonly number[]) =>
    Math.round((1_000 * times.filter((atMs) => inWindow({ atMs })).length) / (window.toMs - window.fromMs));
  const figuresPerS = perS(heard.figures.map(([, , , atMs]) => atMs));
  const decisions = counted.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const decisionsPerS = (1_000 * decisions) / (window.toMs - window.fromMs);
  return {
    deliveries_per_s: { own: perS(heard.own.map(([, , atMs]) => atMs)), figures: figuresPerS },
    decisions_per_figures:
      figuresPerS === 0 ? null : Number(((decisionsPerS * clients) / figuresPerS).toFixed(1)),
    own: latenciesOf([own.encode()]),
    newest: latenciesOf([newest.encode()]),
    each: latenciesOf([eachDecision(heard.figures, counted, startSeq).encode()]),
  };
}

function addSince(histogram: LatencyHistogram, decision: Decided | null, atMs: number): void {
  if (decision !== null) histogram.add(atMs - decision.atMs);
}

/** For each client and each decision: when the first figures came that it is in. */
function eachDecision(
  figures: readonly FigureHeard[],
  counted: readonly Decided[],
  startSeq: number,
): LatencyHistogram {
  const histogram = new LatencyHistogram();
  const bySeq = counted.toSorted((a, b) => a.from - b.from);
  const next = new Map<number, { seq: number; at: number }>();
  for (const [client, seq, , heardMs] of figures) {
    const told = next.get(client) ?? { seq: startSeq, at: 0 };
    while (told.at < bySeq.length && bySeq[told.at]!.from <= seq) {
      const { from, to, atMs } = bySeq[told.at]!;
      const news = Math.min(to, seq) - Math.max(from - 1, told.seq);
      if (news > 0) histogram.add(heardMs - atMs, news);
      if (to > seq) break;
      told.at += 1;
    }
    told.seq = Math.max(told.seq, seq);
    next.set(client, told);
  }
  return histogram;
}

/** Which decision a ledger number belongs to; null where it was not one of these. */
function finder(decided: readonly Decided[]): (seq: number) => Decided | null {
  const bySeq = new Map<number, Decided>();
  for (const one of decided) for (let { from: seq } = one; seq <= one.to; seq += 1) bySeq.set(seq, one);
  return (seq) => bySeq.get(seq) ?? null;
}
