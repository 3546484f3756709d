import { comparableTo } from "./comparable.ts";
import { COMPARABLE_EVENTS_MIN, forecastEvent } from "./pick-up.ts";
import type { Day, EventPrediction, ForecastStore, UpcomingEvent } from "./ports.ts";

/** Forecasts events from those that are over and most like each. @param today the day before which all is known */
export async function predictEvents(
  store: Pick<ForecastStore, "pastEvents" | "curves">,
  today: Day,
  events: readonly UpcomingEvent[],
): Promise<readonly { readonly event: UpcomingEvent; readonly prediction: EventPrediction }[]> {
  const past = await store.pastEvents(today, events);
  const found = events.map((event) => comparableTo(event, past, COMPARABLE_EVENTS_MIN));
  const wanted = found.flatMap((comparable) => comparable.events.map(({ eventId }) => eventId));
  const curves = await store.curves([...new Set(wanted)]);
  return events.map((event, at) => {
    const { likeness, events: alike } = found[at]!;
    const compared = alike.flatMap(({ eventId }) => curves.get(eventId) ?? []);
    const prediction = { ...forecastEvent(event, compared), likeness, comparableEvents: compared.length };
    return { event, prediction };
  });
}
