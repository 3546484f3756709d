import type { RouterContext } from "@koa/router";
import { z } from "zod";
import { bookingRate, popularityScore } from "../../domain/popularity.ts";
import { presentEvent } from "../presenters/event.ts";
import type { Reads } from "../reads.ts";
import { succeedWithPublicPage } from "../reply.ts";
import { pageFields, pageOf } from "../schemas/lists.ts";
import type { AppState } from "../state.ts";
import { parseQuery } from "../validate.ts";

const LIST_DEFAULT = 10;
const SCORE_DIGITS = 2;
const RATE_DIGITS = 4;

export const popularQuery = z.object(pageFields);

/** Events to come, the most popular first, with the figures that say so. */
export async function listPopular(
  reads: Pick<Reads, "popularEvents">,
  ctx: RouterContext<AppState>,
): Promise<void> {
  const page = pageOf(parseQuery(popularQuery, ctx.query), LIST_DEFAULT);
  const { events, total } = await reads.popularEvents(page);
  const now = Date.now();
  const shown = events.map((popular) => ({
    ...presentEvent(popular.event, now),
    total_bookings: popular.bookings,
    recent_bookings: popular.recent,
    booking_rate: rounded(bookingRate(popular), RATE_DIGITS),
    popularity_score: rounded(popularityScore(popular), SCORE_DIGITS),
  }));
  succeedWithPublicPage(ctx, shown, { page, total });
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
