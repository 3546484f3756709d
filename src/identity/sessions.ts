import { LRUCache } from "lru-cache";
import type { Authenticator, AuthFailure, Principal } from "./principal.ts";
import { createPrincipalLookup, type LoadPrincipals } from "./principal-lookup.ts";
import type { AccessClaims, AccessTokens } from "./tokens.ts";

const TOKEN_LENGTH_MAX = 4_096;
const CACHE_ENTRIES_MAX = 20_000;
const CACHE_TTL_MS_MAX = 5_000;
const INVALID: Promise<AuthFailure> = Promise.resolve("TokenInvalid");

interface Entry {
  readonly answer: Promise<Principal | AuthFailure>;
  /** Until when the answer may be given again; without end while it is being looked up. */
  freshUntilMs: number;
  claims: AccessClaims | null;
}

interface AuthenticatorOptions {
  readonly tokens: AccessTokens;
  readonly loadPrincipals: LoadPrincipals;
  readonly nowMs?: () => number;
  readonly cacheEntriesMax?: number;
  readonly cacheTtlMs?: number;
}

/** An authenticator whose answers are at most 5 s old, and fresh at once after `forget`. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  return new CachingAuthenticator(options);
}

/**
 * Verifying costs tens of microseconds and a query, so answers are kept by token for a moment.
 *
 *   absent ──authenticate──▶ looking up ──found──▶ fresh ──5 s or expiry──▶ looking up …
 *                │                │                  │
 *                │                └──── forget ──────┴──▶ absent
 *                └─ one look-up for all who ask meanwhile
 *
 * An entry is indexed by session and user before its query starts: a query that began before a revocation is
 * therefore always found by `forget`, and never answers anybody who came after it.
 */
class CachingAuthenticator implements Authenticator {
  readonly #tokens: AccessTokens;
  readonly #lookup: (sessionId: string) => Promise<Principal | null>;
  readonly #nowMs: () => number;
  readonly #ttlMs: number;
  readonly #entries: LRUCache<string, Entry>;
  readonly #tokensOf = new Map<string, Set<string>>();

  constructor(options: AuthenticatorOptions) {
    this.#tokens = options.tokens;
    this.#lookup = createPrincipalLookup(options.loadPrincipals);
    this.#nowMs = options.nowMs ?? Date.now;
    this.#ttlMs = Math.min(options.cacheTtlMs ?? CACHE_TTL_MS_MAX, CACHE_TTL_MS_MAX);
    this.#entries = new LRUCache({
      max: options.cacheEntriesMax ?? CACHE_ENTRIES_MAX,
      dispose: (entry, token) => this.#unlink(entry, token),
    });
  }

  authenticate(token: string): Promise<Principal | AuthFailure> {
    const known = this.#entries.get(token);
    if (known !== undefined && known.freshUntilMs > this.#nowMs()) return known.answer;
    return token.length > TOKEN_LENGTH_MAX ? INVALID : this.#ask(token, known?.claims ?? null);
  }

  forget(sessionOrUserId: string): void {
    for (const token of [...(this.#tokensOf.get(sessionOrUserId) ?? [])]) this.#entries.delete(token);
  }

  forgetAll(): void {
    this.#entries.clear();
  }

  /** @param verified the claims of this very token where it was verified before: its signature does not change. */
  #ask(token: string, verified: AccessClaims | null): Promise<Principal | AuthFailure> {
    const { promise: answer, resolve, reject } = Promise.withResolvers<Principal | AuthFailure>();
    const entry: Entry = { answer, freshUntilMs: Number.POSITIVE_INFINITY, claims: null };
    this.#entries.set(token, entry);
    this.#find(token, entry, verified).then(resolve, (error: unknown) => {
      this.#drop(token, entry);
      reject(error);
    });
    return answer;
  }

  async #find(token: string, entry: Entry, verified: AccessClaims | null): Promise<Principal | AuthFailure> {
    const isStillGood = verified !== null && verified.expiresAtMs > this.#nowMs();
    const claims = isStillGood ? verified : await this.#tokens.verify(token);
    if (typeof claims === "string") {
      // Only genuine tokens stay: nobody can push others out of the cache with invented ones.
      this.#drop(token, entry);
      return claims;
    }
    this.#link(token, entry, claims);
    const askedAtMs = this.#nowMs();
    const principal = await this.#lookup(claims.sessionId);
    entry.freshUntilMs = Math.min(askedAtMs + this.#ttlMs, claims.expiresAtMs);
    return principal !== null && principal.userId === claims.userId ? principal : "TokenInvalid";
  }

  #link(token: string, entry: Entry, claims: AccessClaims): void {
    if (this.#entries.peek(token) !== entry) return;
    entry.claims = claims;
    for (const id of [claims.sessionId, claims.userId]) {
      const tokens = this.#tokensOf.get(id);
      if (tokens === undefined) this.#tokensOf.set(id, new Set([token]));
      else tokens.add(token);
    }
  }

  #unlink(entry: Entry, token: string): void {
    if (entry.claims === null) return;
    for (const id of [entry.claims.sessionId, entry.claims.userId]) {
      const tokens = this.#tokensOf.get(id);
      tokens?.delete(token);
      if (tokens?.size === 0) this.#tokensOf.delete(id);
    }
  }

  #drop(token: string, entry: Entry): void {
    if (this.#entries.peek(token) === entry) this.#entries.delete(token);
  }
}
