import { fromMinor } from "../../domain/money.ts";
import type { Profile, SignedIn } from "../../identity/accounts.ts";
import type { AuditEntry } from "../../identity/directory.ts";
import type { BookingStats, Session, User } from "../../identity/ports.ts";
import type { Principal } from "../../identity/principal.ts";
import { underAllNames } from "../names.ts";

/** A person as the API shows them: each fact under every name that clients know it by. */
export function presentUser(user: User): Record<string, unknown> {
  return underAllNames("person", {
    ...identityOf(user),
    first_name: user.firstName,
    last_name: user.lastName,
    phone: user.phone,
    is_active: user.isActive,
    member_since: user.createdAt,
    created_at: user.createdAt,
  });
}

/** What a token itself tells of its owner. */
export function presentPrincipal(principal: Principal): Record<string, unknown> {
  return underAllNames("person", identityOf({ ...principal, id: principal.userId }));
}

function identityOf({ id, email, name, role, tier }: Pick<User, "id" | "email" | "name" | "role" | "tier">) {
  return { id, email, name, role, tier };
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
  return underAllNames("person", {
    total_bookings: bookings,
    upcoming_events: upcomingEvents,
    total_spent: total,
    currency,
    spent: amounts,
  });
}

/** One of a person's logins; `current` is the one that asks. */
export function presentSession(session: Session, currentId: string): Record<string, unknown> {
  return {
    id: session.id,
    created_at: session.createdAt,
    last_used_at: session.refreshedAt ?? session.createdAt,
    expires_at: session.expiresAt,
    current: session.id === currentId,
  };
}

/** Who changed what about whom; `changes` by field, each `{from, to}`. */
export function presentAudit(entry: AuditEntry): Record<string, unknown> {
  const { id, at, actor, action, subjectId, changes } = entry;
  return { id, created_at: at, actor_id: actor.id, actor: actor.name, action, user_id: subjectId, changes };
}

/** The reply to a login: the person and their tokens. `expires_in` is in seconds, `expiresIn` reads like "24h". */
export function presentSignedIn(signedIn: SignedIn): Record<string, unknown> {
  return underAllNames("signIn", {
    success: true,
    user: presentUser(signedIn.user),
    token: signedIn.accessToken,
    refresh_token: signedIn.refreshToken,
    token_type: "bearer",
    expires_in: signedIn.expiresInS,
    expiresIn: durationText(signedIn.expiresInS),
  });
}

function durationText(seconds: number): string {
  if (seconds % 3_600 === 0) return `${seconds / 3_600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
