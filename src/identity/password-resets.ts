import { setTimeout as sleep } from "node:timers/promises";
import { passwordProblem } from "./new-passwords.ts";
import type { PasswordHasher } from "./passwords.ts";
import type { ResetStore, SessionStore } from "./ports.ts";
import type { Authenticator } from "./principal.ts";
import type { ResetTokens } from "./reset-tokens.ts";

export interface ResetLimits {
  /** How long a link works. */
  readonly resetTtlS: number;
  /** How long one account is sent no other mail. */
  readonly resetPauseS: number;
  /** Every request is answered after this, so that its time does not tell whether there is such an account. */
  readonly resetAnswerMs: number;
}

export const RESET_LIMITS: ResetLimits = { resetTtlS: 3_600, resetPauseS: 300, resetAnswerMs: 250 };

export interface PasswordResets {
  /** Sends the active person with this e-mail address, if there is one, a link. Takes the same time for all others. */
  ask(email: string): Promise<void>;
  /** Sets a new password and ends all sessions of the person. A link works once. */
  reset(token: string, next: string): Promise<ResetOutcome>;
}

export type ResetOutcome =
  | { readonly type: "Reset"; readonly email: string }
  /** Invented, used, replaced by a later one, or too old. */
  | { readonly type: "TokenInvalid" }
  /** What is wrong with a password that this person may not have. */
  | { readonly type: "PasswordRefused"; readonly problem: string };

interface PasswordResetsOptions {
  readonly store: ResetStore;
  readonly sessions: Pick<SessionStore, "announce">;
  readonly authenticator: Pick<Authenticator, "forget">;
  readonly hasher: PasswordHasher;
  readonly tokens: ResetTokens;
  readonly newId: () => string;
  readonly limits: ResetLimits;
}

/** For people who forgot their password: a link by e-mail, good once and for an hour. */
export function createPasswordResets(options: PasswordResetsOptions): PasswordResets {
  const { store, sessions, authenticator, hasher, tokens, newId, limits } = options;
  return {
    async ask(email) {
      const { resetTtlS: ttlS, resetPauseS: pauseS } = limits;
      const asked = store.open({ id: newId(), email, ttlS, pauseS });
      await Promise.all([asked, sleep(limits.resetAnswerMs)]);
    },
    async reset(token, next) {
      const resetId = tokens.read(token);
      const owner = resetId === null ? null : await store.ownerOf(resetId);
      if (resetId === null || owner === null) return { type: "TokenInvalid" };
      const problem = passwordProblem(next, owner.email);
      if (problem !== null) return { type: "PasswordRefused", problem };
      const done = await store.use({ resetId, toHash: await hasher.hash(next) });
      if (!done) return { type: "TokenInvalid" };
      authenticator.forget(owner.userId);
      await sessions.announce(owner.userId);
      return { type: "Reset", email: owner.email };
    },
  };
}
