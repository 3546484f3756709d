import type { BookingStats, User } from "./ports.ts";
import type { Actor, Role } from "./principal.ts";

export type PersonTier = "basic" | "premium" | "vip";

/** What of an account an admin decides. What is absent stays. */
export interface AccountChange {
  readonly role?: Role | undefined;
  readonly tier?: PersonTier | undefined;
  readonly isActive?: boolean | undefined;
}

/** Null: any. */
export interface PeopleFilter {
  readonly role: Role | null;
  readonly isActive: boolean | null;
  /** Part of the e-mail address or of the name, whatever the case. */
  readonly search: string | null;
  readonly limit: number;
  readonly offset: number;
}

export interface PersonWithStats {
  readonly user: User;
  readonly stats: BookingStats;
}

/** What somebody did about somebody's account. */
export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly actor: Actor;
  /** `user.changed`, or `user.created` with a role above "user". */
  readonly action: string;
  readonly subjectId: string;
  readonly changes: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
}

export interface AuditFilter {
  /** Null: of everybody. */
  readonly subjectId: string | null;
  readonly limit: number;
  readonly offset: number;
}

/** All accounts, for admins. Every method throws Fault "StoreUnavailable" where the database cannot be asked. */
export interface Directory {
  /** A page of people, the youngest account first, and how many there are in all. */
  people(
    filter: PeopleFilter,
  ): Promise<{ readonly people: readonly PersonWithStats[]; readonly total: number }>;
  person(userId: string): Promise<PersonWithStats | null>;
  /**
   * Changes an account and writes down who did it, together; the sessions of one that is deactivated end with it.
   * Refuses to take away the last active admin.
   */
  change(
    userId: string,
    change: AccountChange,
    by: { readonly auditId: string; readonly actor: Actor },
  ): Promise<User | "UserNotFound" | "LastAdmin">;
  /** A page of what was written down, the latest first, and how much there is in all. */
  audit(filter: AuditFilter): Promise<{ readonly entries: readonly AuditEntry[]; readonly total: number }>;
}
