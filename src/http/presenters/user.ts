import { fromMinor } from "../../domain/money.ts";
import type { Profile, SignedIn } from "../../identity/accounts.ts";
import type { BookingStats, User } from "../../identity/ports.ts";
import type { Principal } from "../../identity/principal.ts";

/** A person as the API shows them: each fact under every name that clients know it by. */
export function presentUser(user: User): Record<string, unknown> {
  return {
    ...sameNames(user),
    firstName: user.firstName,
    first_name: user.firstName,
    lastName: user.lastName,
    last_name: user.lastName,
    phone: user.phone,
    isActive: user.isActive,
    is_active: user.isActive,
    memberSince: user.createdAt,
    member_since: user.createdAt,
    created_at: user.createdAt,
  };
}

/** What a token itself tells of its owner. */
export function presentPrincipal(principal: Principal): Record<string, unknown> {
  return sameNames({ ...principal, id: principal.userId });
}

function sameNames(user: Pick<User, "id" | "email" | "name" | "role" | "tier">): Record<string, unknown> {
  const { id, email, name, role, tier } = user;
  return { id, email, name, full_name: name, role, tier };
}

/** A person with what their bookings come to; `total_spent` is in `currency`, others are listed in `spent`. */
export function presentProfile({ user, stats }: Profile, currency: string): Record<string, unknown> {
  return { ...presentUser(user), stats: presentStats(stats, currency) };
}

function presentStats(
  { bookings, upcomingEvents, spent }: BookingStats,
  currency: string,
): Record<string, unknown> {
  const amounts = spent.map((sum) => ({
    currency: sum.currency,
    amount: fromMinor(sum.minor, sum.currency),
  }));
  const total = amounts.find((sum) => sum.currency === currency)?.amount ?? 0;
  return {
    total_bookings: bookings,
    totalBookings: bookings,
    upcoming_events: upcomingEvents,
    total_spent: total,
    totalSpent: total,
    currency,
    spent: amounts,
  };
}

/** The reply to a login: the person and their tokens. `expires_in` is in seconds, `expiresIn` reads like "24h". */
export function presentSignedIn(signedIn: SignedIn): Record<string, unknown> {
  return {
    success: true,
    user: presentUser(signedIn.user),
    token: signedIn.accessToken,
    access_token: signedIn.accessToken,
    refresh_token: signedIn.refreshToken,
    token_type: "bearer",
    expires_in: signedIn.expiresInS,
    expiresIn: durationText(signedIn.expiresInS),
  };
}

function durationText(seconds: number): string {
  if (seconds % 3_600 === 0) return `${seconds / 3_600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
