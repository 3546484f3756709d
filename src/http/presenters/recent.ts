import type { RecentCounts } from "../analytics-desk.ts";

/** The stretches of time up to now that are shown, in minutes; the present minute is one of them. */
export const RECENT_MINUTES = [1, 5, 60] as const;

/** What was decided in the last minutes. */
export function presentRecent(recent: RecentCounts) {
  const [last_minute, last_5_minutes, last_hour] = RECENT_MINUTES.map((minutes) => recent[minutes]);
  return { last_minute, last_5_minutes, last_hour };
}
