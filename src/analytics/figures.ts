/** `ratio` is 0 to 1, `percent` 0 to 100; `money` is in units of `currency`, and of that currency alone. */
export type FigureUnit =
  | "events"
  | "bookings"
  | "tickets"
  | "people"
  | "parties"
  | "requests"
  | "pages"
  | "money"
  | "ratio"
  | "percent"
  | "ms"
  | "bookings an hour"
  | "time";

export interface Figure {
  readonly unit: FigureUnit;
  /** In terms of the measures of measures.ts where it is made of them. */
  readonly formula: string;
  /** Which table it is read from, or who measures it. */
  readonly source: string;
}

const EVENTS = "analytics_event";
const DAYS = "analytics_day; of an event analytics_event_day";

/**
 * Every figure of the replies under /analytics, by its name there. Each means the same wherever it stands; what two documents
 * print in different units under one name has both, told apart by where it stands.
 */
export const FIGURES = {
  total_events: { unit: "events", formula: "all, cancelled ones included", source: EVENTS },
  active_events: { unit: "events", formula: "those neither cancelled nor over", source: EVENTS },
  total_bookings: { unit: "bookings", formula: "bookings − cancelled", source: DAYS },
  total_tickets: { unit: "tickets", formula: "tickets − cancelled_tickets", source: DAYS },
  total_revenue: { unit: "money", formula: "booked_minor − cancelled_minor + exchanged_minor", source: DAYS },
  revenue: { unit: "money", formula: "the same of one event, tier, category or segment", source: DAYS },
  gross_revenue: { unit: "money", formula: "booked_minor", source: DAYS },
  cancelled_revenue: { unit: "money", formula: "cancelled_minor", source: DAYS },
  exchanged_revenue: {
    unit: "money",
    formula: "−exchanged_minor: what cheaper tickets made less",
    source: DAYS,
  },
  captured: { unit: "money", formula: "captured_minor: what providers took", source: DAYS },
  refunded: { unit: "money", formula: "refunded_minor: what they paid back", source: DAYS },
  refunds_owed: { unit: "money", formula: "refunds_owed_minor − refunded_minor", source: DAYS },
  booking_success_rate: {
    unit: "ratio",
    formula: "(requests − withdrawn − refused) ÷ (requests − withdrawn + turned away)",
    source: "analytics_day, analytics_tally_day",
  },
  conversion_rate: {
    unit: "ratio",
    formula: "(bookings − converted) ÷ (requests − withdrawn + turned away)",
    source: "analytics_event, analytics_tally",
  },
  cancellation_rate: { unit: "ratio", formula: "cancelled ÷ bookings", source: DAYS },
  capacity_utilization: {
    unit: "ratio",
    formula: "tickets of confirmed bookings ÷ capacity, of one event",
    source: EVENTS,
  },
  utilization: { unit: "percent", formula: "the same × 100", source: EVENTS },
  average_capacity_utilization: {
    unit: "percent",
    formula: "mean of utilization over events",
    source: EVENTS,
  },
  booking_velocity: {
    unit: "bookings an hour",
    formula: "bookings of the last 24 hours by the clock, the present one included, ÷ 24",
    source: EVENTS,
  },
  peak_booking_time: {
    unit: "time",
    formula: "beginning of the first hour with the most bookings",
    source: EVENTS,
  },
  waitlist_size: {
    unit: "parties",
    formula: "waitlisted − waitlist_left − offers while the event is active",
    source: EVENTS,
  },
  active_users: {
    unit: "people",
    formula: "people with a confirmed booking who got tickets within 30 days, once per currency",
    source: "analytics_people",
  },
  average_response_time: {
    unit: "ms",
    formula: "mean time of all requests of the process that answers",
    source: "its metrics",
  },
  avg_response_ms: { unit: "ms", formula: "average_response_time", source: "its metrics" },
  cache_hit_ratio: {
    unit: "ratio",
    formula: "pages out of a cache ÷ pages asked for, of the process that answers",
    source: "its cache",
  },
  cache_hit_percent: {
    unit: "percent",
    formula: "the same × 100; called performance.cache_hit_ratio where it stands",
    source: "its cache",
  },
  viewed: {
    unit: "pages",
    formula: "answers 200 or 304 to GET of an event's page, whoever asks",
    source: "analytics_tally: the API",
  },
  tried: {
    unit: "requests",
    formula: "requests − withdrawn + turned away: bookings that were asked for",
    source: "analytics_day, analytics_tally_day",
  },
  turned_away: {
    unit: "requests",
    formula: "refused before the line: sold out at a look, line full, above a rate limit",
    source: "analytics_tally: the API",
  },
  refused: { unit: "requests", formula: "refused: by decision", source: DAYS },
  held: { unit: "bookings", formula: "held", source: DAYS },
  paid: { unit: "bookings", formula: "paid", source: DAYS },
  confirmed: { unit: "bookings", formula: "bookings", source: DAYS },
  expired: { unit: "bookings", formula: "expired: holds that ran out", source: DAYS },
  abandoned: { unit: "bookings", formula: "abandoned: holds given up", source: DAYS },
  waitlisted: { unit: "parties", formula: "waitlisted", source: DAYS },
  offered: { unit: "bookings", formula: "offers", source: DAYS },
  converted: { unit: "bookings", formula: "converted: offers that became bookings", source: DAYS },
  cancelled: { unit: "bookings", formula: "cancelled", source: DAYS },
  people: { unit: "people", formula: "with a confirmed booking", source: "analytics_people" },
} as const satisfies Readonly<Record<string, Figure>>;

export type FigureName = keyof typeof FIGURES;

/** The table of docs/analytics.md. */
export function figuresTable(): string {
  const rows = Object.entries(FIGURES).map(
    ([name, { unit, formula, source }]) => `| \`${name}\` | ${unit} | ${formula} | ${source} |`,
  );
  return ["| figure | unit | formula | source |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
