import type { RouterContext } from "@koa/router";
import { z } from "zod";
import { bookingRate, popularityScore } from "../../domain/popularity.ts";
import { pageOfEvents } from "../event-pages.ts";
import { PAGE_TAGS } from "../page-tags.ts";
import type { Pages, ShownPage } from "../pages.ts";
import { presentEvent } from "../presenters/event.ts";
import type { Reads } from "../reads.ts";
import { type Page, pageFields, pageOf } from "../schemas/lists.ts";
import { sendListPage } from "../send-page.ts";
import type { AppState } from "../state.ts";
import { parseQuery } from "../validate.ts";

/** As long as a page is where nobody says. */
export const POPULAR_OF_A_PAGE = 10;
const SCORE_DIGITS = 2;
const RATE_DIGITS = 4;
/** The ranking is as old as this at most, however long a page of it is kept otherwise. */
const RANKING_MS_MAX = 2_000;

export const popularQuery = z.object(pageFields);

export interface PopularOptions {
  readonly reads: Pick<Reads, "popularEvents">;
  readonly pages: Pages;
}

/** Events to come, the most popular first, with the figures that say so. */
export async function listPopular(options: PopularOptions, ctx: RouterContext<AppState>): Promise<void> {
  const place = pageOf(parseQuery(popularQuery, ctx.query), POPULAR_OF_A_PAGE);
  await sendListPage(ctx, await popularPage(options, place), place);
}

export function popularPage({ reads, pages }: PopularOptions, { limit, offset }: Page): Promise<ShownPage> {
  const read = async () => {
    const { events: found, total } = await reads.popularEvents({ limit, offset });
    const now = Date.now();
    const shown = found.map((popular) => ({
      ...presentEvent(popular.event, now),
      total_bookings: popular.bookings,
      recent_bookings: popular.recent,
      booking_rate: rounded(bookingRate(popular), RATE_DIGITS),
      popularity_score: rounded(popularityScore(popular), SCORE_DIGITS),
    }));
    const events = found.map(({ event }) => event);
    const page = pageOfEvents(PAGE_TAGS.popular, { events, shown, total, isKept: shown.length > 0 });
    return {
      ...page,
      goodUntilMs: Math.min(page.goodUntilMs ?? Number.POSITIVE_INFINITY, now + RANKING_MS_MAX),
    };
  };
  return pages.page({ kind: "popular", key: `v1:popular:${limit}:${offset}`, read });
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
