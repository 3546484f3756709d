import type { SessionStore } from "./ports.ts";
import type { Authenticator } from "./principal.ts";

/** What people do with their own logins. */
export interface OwnSessions {
  /** A page of those that are still good, the one used last first. */
  list: SessionStore["liveOf"];
  /** Ends one of a user's sessions at once; false where this user has no such session. */
  end(userId: string, sessionId: string): Promise<boolean>;
  /** Ends all of them at once; the number of them. */
  endAll(userId: string): Promise<number>;
}

export function createOwnSessions(ports: {
  readonly sessions: SessionStore;
  readonly authenticator: Pick<Authenticator, "forget">;
}): OwnSessions {
  const { sessions, authenticator } = ports;
  const forgetEverywhere = async (sessionOrUserId: string) => {
    authenticator.forget(sessionOrUserId);
    await sessions.announce(sessionOrUserId);
  };
  return {
    list: (page) => sessions.liveOf(page),
    async end(userId, sessionId) {
      const isEnded = await sessions.revoke(sessionId, userId);
      if (isEnded) await forgetEverywhere(sessionId);
      return isEnded;
    },
    async endAll(userId) {
      const ended = await sessions.revokeAll(userId);
      await forgetEverywhere(userId);
      return ended;
    },
  };
}
