import type { Actor, Principal, Role } from "./principal.ts";

/** A registered person, without the password. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly phone: string | null;
  readonly role: Role;
  readonly tier: string;
  readonly isActive: boolean;
  readonly createdAt: Date;
}

export interface Credentials {
  readonly user: User;
  readonly passwordHash: string;
}

export interface NewUser {
  readonly id: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly name: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly phone: string | null;
  readonly role: Role;
  /** Who allowed the role, where it is above "user": written down together with the account. */
  readonly grantedBy?: Actor | null;
}

/** What a profile tells of a person's bookings. Amounts are minor units, refunds taken off. */
export interface BookingStats {
  readonly bookings: number;
  readonly upcomingEvents: number;
  readonly spent: readonly { readonly currency: string; readonly minor: number }[];
}

/** Fields left out stay as they are; null clears. */
export interface ProfileChange {
  readonly name?: string | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly phone?: string | null | undefined;
}

/** E-mails are compared without case. Every method throws Fault "StoreUnavailable" where the database cannot be asked. */
export interface UserStore {
  insert(user: NewUser): Promise<User | "EmailTaken">;
  byId(userId: string): Promise<User | null>;
  credentialsByEmail(email: string): Promise<Credentials | null>;
  credentialsById(userId: string): Promise<Credentials | null>;
  update(userId: string, change: ProfileChange): Promise<User | null>;
  bookingStats(userId: string): Promise<BookingStats>;
  /**
   * Replaces the password, if it still is `fromHash`, ends the user's sessions but `keepSessionId` and an open reset, and
   * tells the person, all or nothing.
   */
  replacePassword(change: {
    readonly userId: string;
    readonly fromHash: string;
    readonly toHash: string;
    readonly keepSessionId: string | null;
  }): Promise<boolean>;
  /** Makes the user an active admin. */
  promoteToAdmin(userId: string): Promise<void>;
  hasAdmin(): Promise<boolean>;
}

/** A login that is still good. */
export interface Session {
  readonly id: string;
  readonly createdAt: Date;
  /** When its refresh token was exchanged last. */
  readonly refreshedAt: Date | null;
  readonly expiresAt: Date;
}

/** Password resets that were asked for: one a person, the latest. */
export interface ResetStore {
  /**
   * Opens a reset for the active person with this e-mail address and tells them, together; the one before ends. Does
   * nothing where there is no such person, or the last one was opened less than `pauseS` ago.
   */
  open(reset: {
    readonly id: string;
    readonly email: string;
    readonly ttlS: number;
    readonly pauseS: number;
  }): Promise<void>;
  /** Whose reset this is, if it is open and they are active. */
  ownerOf(resetId: string): Promise<{ readonly userId: string; readonly email: string } | null>;
  /** Uses an open reset up: new password, no session left, the person told, all or nothing. False where it is not open. */
  use(reset: { readonly resetId: string; readonly toHash: string }): Promise<boolean>;
}

export interface SessionStore {
  /** Opens a session if the user is active and the password is still the one that was verified; false otherwise. */
  open(session: {
    readonly id: string;
    readonly userId: string;
    readonly verifiedHash: string;
    readonly refreshDigest: Buffer;
    readonly ttlS: number;
  }): Promise<boolean>;
  /** Exchanges a live session's refresh token; null where `fromDigest` is not its present one. */
  rotate(exchange: {
    readonly id: string;
    readonly fromDigest: Buffer;
    readonly toDigest: Buffer;
    readonly ttlS: number;
  }): Promise<User | null>;
  /** The principals of those of these sessions that are live and whose user is active, by session id. */
  principals(sessionIds: readonly string[]): Promise<ReadonlyMap<string, Principal>>;
  /** A page of a user's live sessions, the one used last first, and how many there are. */
  liveOf(page: {
    readonly userId: string;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ readonly sessions: readonly Session[]; readonly total: number }>;
  /** Ends a session for good; false where it had ended or never was, or is not this user's. */
  revoke(sessionId: string, ofUserId?: string): Promise<boolean>;
  /** Ends all of a user's sessions; the number of them. */
  revokeAll(userId: string): Promise<number>;
  /** Tells every process to forget a session's or user's tokens. Best effort: caches are short-lived anyway. */
  announce(sessionOrUserId: string): Promise<void>;
  /** Deletes sessions whose refresh token has expired; the number deleted. */
  deleteExpired(): Promise<number>;
}
