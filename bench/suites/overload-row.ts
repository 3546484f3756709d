import { addUp } from "../lib/results.ts";
import type { Decisions } from "../open-loop/accepted-bookings.ts";
import { generatorShare, latenciesOf, type OpenReading, pace } from "../open-loop/measure-open.ts";
import type { OpenSeen, WindowSeen } from "../open-loop/messages.ts";
import type { OverloadRow } from "./overload-result.ts";

/** What is offered to which clients, for how long. */
export interface WantedLoad {
  readonly prefer: OverloadRow["prefer"];
  readonly capacityPerS: number;
  readonly seconds: number;
  readonly length: "full" | "quick";
}

/**
 * The figures of one overload, all of its seconds together.
 * @param decisions of those that were answered 202
 */
export function overloadRow(
  { prefer, capacityPerS, seconds }: WantedLoad,
  seen: OpenSeen,
  readings: readonly OpenReading[],
  decisions: Decisions,
): Omit<OverloadRow, "shed" | "others" | "recovery_ms" | "violations"> {
  const { windows } = seen;
  const all = (pick: (window: WindowSeen) => string) => latenciesOf(windows.map(pick));
  const sum = (pick: (window: WindowSeen) => number) => windows.reduce((added, one) => added + pick(one), 0);
  const total = pace(readings[0]!, readings.at(-1)!);
  const last = windows.at(-1)!;
  return {
    prefer,
    offered_per_s: Math.round(sum(({ offered }) => offered) / seconds),
    overload_s: seconds,
    goodput_per_s: total.decided_per_s,
    goodput_against_capacity: Number((total.decided_per_s / capacityPerS).toFixed(2)),
    decided_per_s_by_second: readings
      .slice(1)
      .map((reading, at) => pace(readings[at]!, reading).decided_per_s),
    accept: all(({ accepted }) => accepted),
    decision: latenciesOf([...windows.map(({ decided }) => decided), ...decisions.latencies]),
    refused: all(({ refused }) => refused),
    refused_since_sent: all(({ refusedSinceSent }) => refusedSinceSent),
    refused_by_code: addUp(windows.map(({ refusedByCode }) => refusedByCode)),
    broken: sum(({ broken }) => broken),
    gave_up: sum(({ gaveUp }) => gaveUp),
    unanswered: all(({ unanswered }) => unanswered)?.count ?? 0,
    unheard: decisions.unheard,
    backlog: last.inFlight,
    connections: last.connections,
    generator: generatorShare(
      windows.map(({ lag }) => lag),
      seen.coreShare,
    ),
    cpu: total.cpu,
  };
}
