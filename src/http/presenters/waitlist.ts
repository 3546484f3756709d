import type { EventView, WaitlistEntryView, WaitlistStatsView } from "../../domain/views.ts";
import { PRIORITIES, type Priority } from "../../domain/waitlist.ts";
import { underAllNames } from "../names.ts";
import { iso } from "./time.ts";

/** The declared rule of 001: who has more is served first. */
const SCORES = { vip: 1_000, premium: 750, basic: 500 } as const satisfies Record<Priority, number>;

/** Somebody's place in a waitlist; what has no history to come from is null. */
export function presentEntry(entry: WaitlistEntryView): Record<string, unknown> {
  const { position, offer } = entry;
  return underAllNames("waitlist", {
    id: entry.id,
    event_id: entry.eventId,
    user_id: entry.userId,
    status: entry.status,
    position,
    total_ahead: position === null ? null : position - 1,
    estimated_wait_time: entry.estimatedWaitHours,
    promotion_probability: entry.promotionPercent,
    user_tier: entry.priority,
    priority_score: SCORES[entry.priority],
    quantity: entry.quantity,
    tiers: entry.tiers,
    booking_id: offer?.bookingId ?? null,
    expires_at: iso(offer?.expiresAt ?? null),
    joined_at: iso(entry.joinedAt),
  });
}

/** 004's object beside an entry. */
export function presentEntryEvent({ eventId, name, startsAt }: EventView): Record<string, unknown> {
  return { id: eventId, name, start_time: iso(startsAt) };
}

export function waitingIn({ waiting }: WaitlistStatsView): number {
  return PRIORITIES.reduce((sum, priority) => sum + waiting[priority], 0);
}

export function presentStats(stats: WaitlistStatsView): Record<string, unknown> {
  return {
    total_waiting: waitingIn(stats),
    average_wait_time: stats.averageWaitHours,
    promotion_rate: stats.promotionRate,
    tiers: stats.waiting,
  };
}
