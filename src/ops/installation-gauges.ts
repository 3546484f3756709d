import { gaugesOf, labelledGauge } from "./gauges.ts";
import type { Metrics } from "./metrics.ts";

/** What is on sale, of all events together: which event it is stands in no label. */
export function gaugeStock(
  metrics: Metrics,
  read: () => Promise<{
    readonly onSale: number;
    readonly soldOut: number;
    readonly left: number;
    readonly held: number;
    readonly sold: number;
    readonly leastLeft: number | null;
  }>,
): void {
  gaugesOf(metrics, read, [
    { name: "evently_events_on_sale", help: "Events that can be booked now", value: ({ onSale }) => onSale },
    {
      name: "evently_events_sold_out",
      help: "Events on sale that have nothing left",
      value: ({ soldOut }) => soldOut,
    },
    { name: "evently_tickets_left", help: "Tickets left of all events on sale", value: ({ left }) => left },
    {
      name: "evently_tickets_held",
      help: "Tickets of events on sale that are kept for buyers who have not paid yet",
      value: ({ held }) => held,
    },
    { name: "evently_tickets_sold", help: "Tickets sold of events on sale", value: ({ sold }) => sold },
    {
      name: "evently_tickets_left_least",
      help: "Tickets left of the event on sale that has fewest, of those that have any; 0 where there is none",
      value: ({ leastLeft }) => leastLeft ?? 0,
    },
  ]);
}

/** What is owed to the world and has not been carried, by sink. */
export function gaugeOutbox(
  metrics: Metrics,
  read: () => Promise<
    readonly {
      readonly sink: string;
      readonly ranges: number;
      readonly failing: number;
      readonly oldestMs: number;
    }[]
  >,
): void {
  labelledGauge(metrics, "sink", read, {
    name: "evently_outbox_ranges",
    help: "Ranges of the ledger that a sink has not taken yet",
    of: ({ sink, ranges }) => ({ label: sink, value: ranges }),
  });
  labelledGauge(metrics, "sink", read, {
    name: "evently_outbox_failing",
    help: "Those of them that it failed to take and is given again",
    of: ({ sink, failing }) => ({ label: sink, value: failing }),
  });
  labelledGauge(metrics, "sink", read, {
    name: "evently_outbox_age_seconds",
    help: "How long the oldest range that is due to a sink is overdue",
    of: ({ sink, oldestMs }) => ({ label: sink, value: oldestMs / 1_000 }),
  });
}

/** What the last audit of the books found. Nothing is shown before the first one has ended. */
export function gaugeBooks(
  metrics: Metrics,
  read: () => Promise<{
    readonly differences: number;
    readonly events: number;
    readonly endedAt: number;
  } | null>,
): void {
  const ended = async () => {
    const audit = await read();
    if (audit === null) throw new Error("no audit has ended yet");
    return audit;
  };
  gaugesOf(metrics, ended, [
    {
      name: "evently_books_differences",
      help: "Differences between ledgers and books that the last audit found; anything but 0 is a bug or a manipulation",
      value: ({ differences }) => differences,
    },
    {
      name: "evently_books_events",
      help: "Events whose books the last audit looked at",
      value: ({ events }) => events,
    },
    {
      name: "evently_books_audit_age_seconds",
      help: "How long ago the last audit of the books ended",
      value: ({ endedAt }) => (Date.now() - endedAt) / 1_000,
    },
  ]);
}
