import type { PasswordHasher } from "./passwords.ts";
import type {
  BookingStats,
  Credentials,
  NewUser,
  ProfileChange,
  SessionStore,
  User,
  UserStore,
} from "./ports.ts";
import type { Authenticator, Principal } from "./principal.ts";
import { newRefreshToken, readRefreshToken } from "./refresh-tokens.ts";
import type { AccessTokens } from "./tokens.ts";

/** Somebody who has just proved who they are. Times to live are in seconds. */
export interface SignedIn {
  readonly user: User;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInS: number;
}

interface Registration extends Omit<NewUser, "id" | "passwordHash"> {
  readonly password: string;
}

export interface Accounts {
  register(registration: Registration): Promise<SignedIn | "EmailTaken">;
  /** Null for an unknown e-mail, a wrong password and a deactivated user alike, and after the same time. */
  login(email: string, password: string): Promise<SignedIn | null>;
  /** Exchanges a refresh token. One that was exchanged before ends its session: either copy may be a thief's. */
  refresh(refreshToken: string): Promise<SignedIn | null>;
  logout(sessionId: string): Promise<void>;
  /** Ends the user's other sessions. */
  changePassword(
    principal: Principal,
    passwords: { readonly current: string; readonly next: string },
  ): Promise<"Changed" | "WrongPassword">;
  profile(userId: string): Promise<Profile | null>;
  updateProfile(userId: string, change: ProfileChange): Promise<Profile | null>;
}

export interface Profile {
  readonly user: User;
  readonly stats: BookingStats;
}

interface AccountsOptions {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly hasher: PasswordHasher;
  readonly tokens: AccessTokens;
  readonly authenticator: Authenticator;
  readonly refreshTtlS: number;
  readonly newId: () => string;
}

/** What people do with their accounts, for whichever surface asks. */
export function createAccounts(options: AccountsOptions): Accounts {
  return new StoredAccounts(options);
}

class StoredAccounts implements Accounts {
  readonly #with: AccountsOptions;

  constructor(options: AccountsOptions) {
    this.#with = options;
  }

  async register({ password, ...person }: Registration): Promise<SignedIn | "EmailTaken"> {
    const { users, hasher, newId } = this.#with;
    const passwordHash = await hasher.hash(password);
    const user = await users.insert({ ...person, id: newId(), passwordHash });
    if (user === "EmailTaken") return user;
    const signedIn = await this.#open({ user, passwordHash });
    if (signedIn === null) throw new Error(`invariant: user ${user.id} was registered and cannot sign in`);
    return signedIn;
  }

  async login(email: string, password: string): Promise<SignedIn | null> {
    let credentials: Credentials | null = null;
    const proved = await this.#with.hasher.verify(password, async () => {
      credentials = await this.#with.users.credentialsByEmail(email);
      return credentials?.passwordHash ?? null;
    });
    return proved && credentials !== null ? this.#open(credentials) : null;
  }

  async refresh(refreshToken: string): Promise<SignedIn | null> {
    const { sessions, refreshTtlS } = this.#with;
    const presented = readRefreshToken(refreshToken);
    if (presented === null) return null;
    const id = presented.sessionId;
    const next = newRefreshToken(id);
    const exchange = { id, fromDigest: presented.digest, toDigest: next.digest, ttlS: refreshTtlS };
    const user = await sessions.rotate(exchange);
    if (user !== null) return this.#signedIn(user, id, next.token);
    await this.logout(id);
    return null;
  }

  async logout(sessionId: string): Promise<void> {
    if (await this.#with.sessions.revoke(sessionId)) await this.#forgetEverywhere(sessionId);
  }

  async changePassword(
    { userId, sessionId }: Principal,
    passwords: { readonly current: string; readonly next: string },
  ): Promise<"Changed" | "WrongPassword"> {
    const { users, hasher } = this.#with;
    const credentials = await users.credentialsById(userId);
    const proved = await hasher.verify(passwords.current, credentials?.passwordHash ?? null);
    if (!proved || credentials === null) return "WrongPassword";
    const toHash = await hasher.hash(passwords.next);
    const fromHash = credentials.passwordHash;
    // Two changes at once: the second one's current password is no longer current.
    const replaced = await users.replacePassword({ userId, fromHash, toHash, keepSessionId: sessionId });
    if (!replaced) return "WrongPassword";
    await this.#forgetEverywhere(userId);
    return "Changed";
  }

  async profile(userId: string): Promise<Profile | null> {
    return this.#profileOf(await this.#with.users.byId(userId));
  }

  async updateProfile(userId: string, change: ProfileChange): Promise<Profile | null> {
    const user = await this.#with.users.update(userId, change);
    // The principal carries the name, so what the caches hold is out of date.
    if (user !== null) await this.#forgetEverywhere(userId);
    return this.#profileOf(user);
  }

  async #profileOf(user: User | null): Promise<Profile | null> {
    return user === null ? null : { user, stats: await this.#with.users.bookingStats(user.id) };
  }

  async #open({ user, passwordHash }: Credentials): Promise<SignedIn | null> {
    const id = this.#with.newId();
    const { token, digest } = newRefreshToken(id);
    const opened = await this.#with.sessions.open({
      id,
      userId: user.id,
      verifiedHash: passwordHash,
      refreshDigest: digest,
      ttlS: this.#with.refreshTtlS,
    });
    return opened ? this.#signedIn(user, id, token) : null;
  }

  async #signedIn(user: User, sessionId: string, refreshToken: string): Promise<SignedIn> {
    const { tokens } = this.#with;
    const accessToken = await tokens.issue({
      userId: user.id,
      sessionId,
      email: user.email,
      role: user.role,
    });
    return { user, accessToken, refreshToken, expiresInS: tokens.ttlS };
  }

  async #forgetEverywhere(sessionOrUserId: string): Promise<void> {
    this.#with.authenticator.forget(sessionOrUserId);
    await this.#with.sessions.announce(sessionOrUserId);
  }
}
