export type Role = "user" | "organizer" | "admin";

/** Who a request comes from, as the database had it at most a few seconds ago. */
export interface Principal {
  readonly userId: string;
  readonly sessionId: string;
  readonly role: Role;
  readonly email: string;
  readonly name: string;
  readonly tier: string;
}

/** Who does something that is written down; no id where it is nobody in particular. */
export interface Actor {
  readonly id: string | null;
  /** Their e-mail address at that time, or what vouched for them. */
  readonly name: string;
}

/** Why a token does not speak for anybody. */
export type AuthFailure = "TokenInvalid" | "TokenExpired";

export interface Authenticator {
  /**
   * The principal that an access token speaks for: signature and times good, session not revoked, user active,
   * role as it is now. A failure is a value; @throws Fault where the database cannot be asked.
   */
  authenticate(token: string): Promise<Principal | AuthFailure>;
  /** Forgets what was known by this session's or user's tokens: the next request asks the database. */
  forget(sessionOrUserId: string): void;
  /** Forgets everything; for when notices of revocation may have been missed. */
  forgetAll(): void;
}
