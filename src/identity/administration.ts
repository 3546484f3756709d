import type { AccountChange, Directory, PersonWithStats } from "./directory.ts";
import type { SessionStore } from "./ports.ts";
import type { Authenticator, Principal } from "./principal.ts";

/** What admins do with other people's accounts. */
export interface Administration extends Pick<Directory, "people" | "person" | "audit"> {
  /** Takes effect at once, in every process: the next request of the person is met by what they are then. */
  change(
    userId: string,
    change: AccountChange,
    by: Principal,
  ): Promise<PersonWithStats | "UserNotFound" | "LastAdmin">;
}

export function createAdministration(ports: {
  readonly directory: Directory;
  readonly sessions: Pick<SessionStore, "announce">;
  readonly authenticator: Pick<Authenticator, "forget">;
  readonly newId: () => string;
}): Administration {
  const { directory, sessions, authenticator, newId } = ports;
  return {
    people: (filter) => directory.people(filter),
    person: (userId) => directory.person(userId),
    audit: (filter) => directory.audit(filter),
    async change(userId, change, by) {
      const actor = { id: by.userId, name: by.email };
      const changed = await directory.change(userId, change, { auditId: newId(), actor });
      if (typeof changed === "string") return changed;
      authenticator.forget(userId);
      await sessions.announce(userId);
      return (await directory.person(userId)) ?? "UserNotFound";
    },
  };
}
