import { type EventId, isUuid } from "../domain/ids.ts";

/** The pg-boss schema of the mailboxes. It is never supervised: supervision deletes what waits past retention. */
export const MAILBOX_SCHEMA = "mailbox";

const PREFIX = "event.";

/** The pg-boss queue of an event. The id is checked, because pg-boss writes queue names into its statements. */
export function queueNameOf(eventId: EventId): string {
  if (!isUuid(eventId)) throw new Error(`invariant: ${JSON.stringify(eventId)} is no event id`);
  return `${PREFIX}${eventId}`;
}

/** The event of a queue, or null where the queue is no mailbox. */
export function eventOfQueue(name: string): EventId | null {
  const id = name.slice(PREFIX.length);
  return name.startsWith(PREFIX) && isUuid(id) ? (id as EventId) : null;
}
