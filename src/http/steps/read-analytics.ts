import type { ParameterizedContext } from "koa";
import { type Segmentation, segmentsOf } from "../../analytics/segments.ts";
import type { AnalyticsDesk, EventFigures, Period, Scope } from "../analytics-desk.ts";
import { ApiError } from "../errors.ts";
import { principalOf } from "../middleware/authenticate.ts";
import {
  cancellationRateOf,
  conversionRateOf,
  percentOf,
  presentDays,
  presentEventFigures,
  presentFreshness,
  presentPerformance,
  presentTotals,
  revenueByName,
  rounded,
  successRateOf,
  together,
  velocityOf,
} from "../presenters/analytics.ts";
import { presentFunnel } from "../presenters/funnel.ts";
import { presentRecent, RECENT_MINUTES } from "../presenters/recent.ts";
import { presentRevenue } from "../presenters/revenue.ts";
import { presentTierFigures } from "../presenters/tier-figures.ts";
import { iso } from "../presenters/time.ts";
import { dayOf, lastDays } from "../schemas/analytics.ts";
import type { AppState } from "../state.ts";

type Context = ParameterizedContext<AppState>;

const TOP_EVENTS = 10;
const ACTIVE_DAYS = 30;
const DAY_MS = 86_400_000;

export interface ReadAnalyticsOptions {
  readonly analytics: AnalyticsDesk;
  readonly defaultCurrency: string;
}

export interface AskedFigures {
  readonly period: Period | null;
  readonly currency: string | undefined;
}

/** Whose events somebody sees: an admin everybody's, an organizer their own. */
export function scopeOf(ctx: Context): Scope {
  const { role, userId } = principalOf(ctx);
  return role === "admin" ? null : userId;
}

/** Figures, for whichever surface asks. */
export class ReadAnalytics {
  readonly #options: ReadAnalyticsOptions;

  constructor(options: ReadAnalyticsOptions) {
    this.#options = options;
  }

  get desk(): AnalyticsDesk {
    return this.#options.analytics;
  }

  get #reads() {
    return this.#options.analytics.reads;
  }

  currencyOf(asked: string | undefined): string {
    return asked ?? this.#options.defaultCurrency;
  }

  async freshness() {
    return presentFreshness(await this.#reads.freshness(), Date.now());
  }

  /** 001's figures of everything. */
  async overall(scope: Scope, asked?: string) {
    const currency = this.currencyOf(asked);
    const reads = this.#reads;
    const [fresh, totals, summary, tallies, active, performance] = await Promise.all([
      this.freshness(),
      reads.totals(scope, null),
      reads.summary(scope),
      reads.tallies(scope, null, null),
      reads.activePeople(scope, dayOf(Date.now() - ACTIVE_DAYS * DAY_MS)),
      this.performance(scope),
    ]);
    return {
      total_events: summary.events,
      ...presentTotals(totals, currency),
      booking_success_rate: successRateOf(together(totals), tallies),
      average_response_time: performance.responseMs,
      cache_hit_ratio: performance.cacheHitRatio,
      active_users: active,
      ...fresh,
    };
  }

  async overview(scope: Scope, { period, currency: asked }: AskedFigures) {
    const currency = this.currencyOf(asked);
    const [fresh, totals, summary] = await Promise.all([
      this.freshness(),
      this.#reads.totals(scope, period),
      this.#reads.summary(scope),
    ]);
    return {
      total_events: summary.events,
      active_events: summary.active,
      ...presentTotals(totals, currency),
      average_capacity_utilization: utilizationOf(summary.utilization),
      cancellation_rate: cancellationRateOf(together(totals)),
      waitlist_size: summary.waiting,
      ...presentPeriod(period),
      ...fresh,
    };
  }

  async revenue(scope: Scope, { period, currency: asked }: AskedFigures) {
    const currency = this.currencyOf(asked);
    const [fresh, totals, days, sales] = await Promise.all([
      this.freshness(),
      this.#reads.totals(scope, period),
      this.#reads.days(scope, period ?? lastDays(Date.now())),
      this.#reads.sales(scope, period),
    ]);
    return {
      ...presentRevenue(totals, currency),
      by_day: presentDays(days, currency),
      revenue_by_category: revenueByName(sales, "tier", currency),
      revenue_by_event_category: revenueByName(sales, "event", currency),
      ...presentPeriod(period),
      ...fresh,
    };
  }

  /** @throws ApiError EVENT_NOT_FOUND where there is none, or it is somebody else's: nobody is told which. */
  async event(scope: Scope, eventId: string) {
    const reads = this.#reads;
    const event = await this.findEvent(scope, eventId);
    const [fresh, tallies, tiers] = await Promise.all([
      this.freshness(),
      reads.tallies(scope, eventId, null),
      reads.tiers(eventId),
    ]);
    return {
      ...presentEventFigures(event),
      booking_velocity: velocityOf(event, Date.now()),
      conversion_rate: conversionRateOf(event, tallies),
      peak_booking_time: event.peakAt === null ? null : iso(event.peakAt),
      tiers: tiers.map((tier) => presentTierFigures(tier, event.currency)),
      funnel: presentFunnel(event, tallies),
      ...fresh,
    };
  }

  async findEvent(scope: Scope, eventId: string): Promise<EventFigures> {
    const event = await this.#reads.event(scope, eventId);
    if (event === null) throw new ApiError("EVENT_NOT_FOUND", "Event not found");
    return event;
  }

  async dashboard(scope: Scope, asked: AskedFigures) {
    const { period } = asked;
    const currency = this.currencyOf(asked.currency);
    const reads = this.#reads;
    const [fresh, totals, days, sales, summary, top, tallies, recent, performance] = await Promise.all([
      this.freshness(),
      reads.totals(scope, period),
      reads.days(scope, period ?? lastDays(Date.now())),
      reads.sales(scope, period),
      reads.summary(scope),
      reads.topEvents(scope, period, TOP_EVENTS),
      reads.tallies(scope, null, period),
      reads.recent(scope, RECENT_MINUTES),
      this.performance(scope),
    ]);
    const all = presentTotals(totals, currency);
    const { total_bookings, total_revenue } = all;
    const hitPercent = percentOf(performance.cacheHitRatio);
    return {
      overview: { total_events: summary.events, total_bookings, total_revenue },
      performance: { avg_response_ms: performance.responseMs, cache_hit_ratio: hitPercent },
      summary: {
        total_events: summary.events,
        active_events: summary.active,
        ...all,
        average_capacity_utilization: utilizationOf(summary.utilization),
        cancellation_rate: cancellationRateOf(together(totals)),
        waitlist_size: summary.waiting,
      },
      top_events: top.map(presentEventFigures),
      booking_trends: presentDays(days, currency),
      revenue_by_category: revenueByName(sales, "tier", currency),
      revenue_by_event_category: revenueByName(sales, "event", currency),
      funnel: presentFunnel(together(totals), tallies),
      realtime: presentRecent(recent),
      ...presentPeriod(period),
      ...fresh,
    };
  }

  async realtime(scope: Scope) {
    const [fresh, summary, recent, performance] = await Promise.all([
      this.freshness(),
      this.#reads.summary(scope),
      this.#reads.recent(scope, RECENT_MINUTES),
      this.performance(scope),
    ]);
    return {
      ...presentRecent(recent),
      active_events: summary.active,
      waitlist_size: summary.waiting,
      average_response_time: performance.responseMs,
      cache_hit_ratio: performance.cacheHitRatio,
      ...fresh,
    };
  }

  async funnel(scope: Scope, eventId: string | null, period: Period | null) {
    const reads = this.#reads;
    if (eventId !== null) await this.findEvent(scope, eventId);
    const [fresh, measures, tallies] = await Promise.all([
      this.freshness(),
      eventId === null ? reads.totals(scope, period).then(together) : reads.eventMeasures(eventId, period),
      reads.tallies(scope, eventId, period),
    ]);
    return { event_id: eventId, ...presentFunnel(measures, tallies), ...presentPeriod(period), ...fresh };
  }

  async segments(scope: Scope, asked?: string): Promise<{ currency: string; found: Segmentation }> {
    const currency = this.currencyOf(asked);
    return { currency, found: segmentsOf(await this.#reads.people(scope, currency), Date.now()) };
  }

  /** How the whole installation does is for those who run it. */
  async performance(scope: Scope) {
    if (scope !== null) return { responseMs: null, cacheHitRatio: null };
    return presentPerformance(await this.desk.performance());
  }
}

function utilizationOf(mean: number | null): number | null {
  return mean === null ? null : percentOf(rounded(mean, 4));
}

/** The days that a reply is of; null: of all time. */
export function presentPeriod(period: Period | null) {
  return { start_date: period?.from ?? null, end_date: period?.to ?? null };
}
