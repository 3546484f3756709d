import type { Measures, MinuteCounts, Sales } from "../analytics/measures.ts";
import type { Cell, CellCounts } from "../analytics/people.ts";

/** Whose events: an organiser's, or, null, everybody's. */
export type Scope = string | null;

/** Days in UTC such as 2026-11-21, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** How new analytics are. Unix milliseconds. */
export interface Freshness {
  /** All that was decided before is added up; null: nothing is yet, or a rebuild goes on. */
  readonly caughtUpAt: number | null;
  readonly rebuildingSince: number | null;
}

export interface CurrencyMeasures extends Measures {
  readonly currency: string;
}

export interface DayMeasures extends CurrencyMeasures {
  readonly day: string;
}

export interface EventsSummary {
  readonly events: number;
  /** Not cancelled, not over. */
  readonly active: number;
  /** Mean over events of tickets sold of those there are, 0 to 1; null where there is no event. */
  readonly utilization: number | null;
  /** Parties that stand in line. */
  readonly waiting: number;
}

/** One event's figures; of a period, or of all its time. */
export interface EventFigures extends Measures {
  readonly eventId: string;
  readonly number: number;
  readonly name: string;
  readonly currency: string;
  readonly capacity: number;
  /** Tickets of confirmed bookings at present. */
  readonly sold: number;
  readonly waiting: number;
  /** Unix milliseconds. */
  readonly startsAt: number;
  readonly status: string;
  readonly peakAt: number | null;
  readonly hourAt: number | null;
  readonly hours: readonly number[];
}

export interface TierFigures extends Sales {
  readonly name: string;
  readonly capacity: number;
  readonly priceMinor: number;
}

export interface NamedSales extends Sales {
  readonly kind: "tier" | "event";
  readonly name: string;
  readonly currency: string;
}

/** See `analytics_tally`. */
export interface Tally {
  readonly what: "refused" | "viewed" | "turned_away";
  readonly reason: string;
  readonly requests: number;
  readonly tickets: number;
}

export const EVENT_SORTS = ["revenue", "bookings", "utilization", "starts_at"] as const;
export type EventSort = (typeof EVENT_SORTS)[number];

/** What is counted of the last minutes, for each number of them. */
export type RecentCounts = Readonly<Record<number, MinuteCounts>>;

/** What stands in the tables of analytics. Nothing of it is computed from bookings when it is asked for. */
export interface AnalyticsReads {
  freshness(): Promise<Freshness>;
  /** By currency; those with nothing are left out. @param period null: of all time */
  totals(scope: Scope, period: Period | null): Promise<readonly CurrencyMeasures[]>;
  /** By day, then currency. Days without anything are left out. */
  days(scope: Scope, period: Period): Promise<readonly DayMeasures[]>;
  summary(scope: Scope): Promise<EventsSummary>;
  /** Those with the most tickets sold, of a period or of all time. */
  topEvents(scope: Scope, period: Period | null, max: number): Promise<readonly EventFigures[]>;
  events(
    scope: Scope,
    asked: { readonly sort: EventSort; readonly limit: number; readonly offset: number },
  ): Promise<{ readonly events: readonly EventFigures[]; readonly total: number }>;
  /** Null where there is no such event in the scope. */
  event(scope: Scope, eventId: string): Promise<EventFigures | null>;
  tiers(eventId: string): Promise<readonly TierFigures[]>;
  sales(scope: Scope, period: Period | null): Promise<readonly NamedSales[]>;
  /** @param eventId of one event; null: of all in the scope */
  tallies(scope: Scope, eventId: string | null, period: Period | null): Promise<readonly Tally[]>;
  /** The measures of one event in a period, zeros where there is nothing. */
  eventMeasures(eventId: string, period: Period | null): Promise<Measures>;
  people(scope: Scope, currency: string): Promise<readonly (Cell & CellCounts)[]>;
  /** People with a booking since a day, each counted once per currency. */
  activePeople(scope: Scope, since: string): Promise<number>;
  /** @param minutes numbers of minutes up to now */
  recent(scope: Scope, minutes: readonly number[]): Promise<RecentCounts>;
}

/** What a process knows of its own doing since it began; null before there was anything. */
export interface ProcessFigures {
  /** Mean time to answer a request, milliseconds. */
  readonly responseMs: number | null;
  /** Pages that came from a cache, 0 to 1. */
  readonly cacheHitRatio: number | null;
}

export const EXPORTS = ["bookings", "revenue", "attendees"] as const;
export type ExportName = (typeof EXPORTS)[number];

export interface AskedExport {
  readonly scope: Scope;
  readonly eventId: string | null;
  readonly period: Period | null;
}

export interface AnalyticsDesk {
  readonly reads: AnalyticsReads;
  readonly performance: () => Promise<ProcessFigures>;
  /** Rows in pages, in an order of their own; no transaction stays open between two. */
  readonly rows: (
    name: ExportName,
    asked: AskedExport,
  ) => AsyncIterable<readonly Readonly<Record<string, unknown>>[]>;
}
