import { type Lane, laneOf } from "../../../src/domain/command.ts";
import type { Done } from "../history/entry.ts";
import type { Attempt } from "../history/history-reader.ts";
import type { Evidence, StoredEntry } from "./evidence.ts";
import { type Request, requestsOf } from "./requests.ts";
import { type Sighting, Timeline } from "./timeline.ts";

/** A request of which the ledger tells what was decided. */
export interface DecidedRequest {
  readonly request: Request;
  readonly entry: StoredEntry;
  readonly lane: Lane;
  /** When it was sent for the first time. */
  readonly sentAt: number;
  /** When a client first knew that it was accepted; infinity where nobody ever did. */
  readonly acknowledgedAt: number;
  /** When a client first knew its decision. */
  readonly decisionSeenAt: number;
}

/** The commands that a request is known to have led to: by what its clients were told, and by its key. */
export function commandsOf({ attempts, kept }: Request): Set<string> {
  const commands = new Set<string>();
  if (kept !== null && !kept.isRefused) commands.add(kept.commandId);
  for (const { invoke, done } of attempts) {
    const isBooking = invoke.op.type === "book" || invoke.op.type === "probe";
    if (isBooking && done?.type === "ok" && done.body.booking !== undefined) commands.add(done.body.booking);
  }
  return commands;
}

/** By command, where the ledgers of all events tell of it. */
export function entriesByCommand({ events }: Evidence): ReadonlyMap<string, StoredEntry> {
  return new Map(events.flatMap(({ ledger }) => ledger.map((entry) => [entry.command.id as string, entry])));
}

export function decidedRequests(evidence: Evidence): DecidedRequest[] {
  const entries = entriesByCommand(evidence);
  const looks = firstLooks(evidence);
  return requestsOf(evidence).flatMap((request) => {
    const { attempts } = request;
    return [...commandsOf(request)].flatMap((command) => {
      const entry = entries.get(command);
      if (entry === undefined) return [];
      const told = attempts.filter(isAnswered).map(({ done }) => done as Done);
      const acknowledgedAt = Math.min(...told.map(({ at }) => at));
      const decided = told.filter(({ status }) => status !== 202).map(({ at }) => at);
      const seenAt = Math.min(...decided, looks.get(command) ?? Number.POSITIVE_INFINITY);
      const decisionSeenAt = isWithdrawn(entry) ? Number.POSITIVE_INFINITY : seenAt;
      const sentAt = Math.min(...attempts.map(({ invoke }) => invoke.at));
      return [
        { request, entry, lane: laneOf(entry.command as never), sentAt, acknowledgedAt, decisionSeenAt },
      ];
    });
  });
}

/** A booking that was cancelled while it was in line: that it is, was known before it was its turn to be decided. */
function isWithdrawn({ decision: [outcome] }: StoredEntry): boolean {
  return outcome.type === "BookingRejected" && outcome.reason === "Withdrawn";
}

/**
 * Whether an answer says that the request was accepted: it was done, or what it asked for was refused by a decision. A
 * booking that finds the sale paused is refused before it is accepted, and its key stays free.
 */
function isAnswered({ invoke: { op }, done }: Attempt): boolean {
  if (done?.type !== "fail") return done?.type === "ok";
  const isBooking = op.type === "book" || op.type === "probe";
  return isBooking && done.status === 409 && done.code !== "EVENT_NOT_ON_SALE";
}

/** When somebody first looked at a booking and found it decided. */
function firstLooks({ history }: Evidence): ReadonlyMap<string, number> {
  const looks = new Map<string, number>();
  for (const { invoke, done } of history.attempts) {
    if (invoke.op.type !== "look" || done?.type !== "ok" || done.body.state === "queued") continue;
    looks.set(invoke.op.booking, Math.min(done.at, looks.get(invoke.op.booking) ?? Number.POSITIVE_INFINITY));
  }
  return looks;
}

/** What clients knew, and when, of one event's ledger: by replies, by reads of the event, and by pushes. */
export function timelineOf(
  evidence: Evidence,
  eventId: string,
  decided: readonly DecidedRequest[],
): Timeline {
  const own = decided.filter(({ entry }) => entry.eventId === eventId);
  const seen = own
    .filter(({ decisionSeenAt }) => Number.isFinite(decisionSeenAt))
    .map(({ decisionSeenAt: at, entry: { seq }, request: { name } }) => ({ at, seq, name }));
  const sent = own.map(({ sentAt: at, entry: { seq }, request: { name } }) => ({ at, seq, name }));
  return new Timeline([...seen, ...heard(evidence, eventId)], sent);
}

function heard({ history }: Evidence, eventId: string): Sighting[] {
  const reads = history.attempts.flatMap(({ invoke: { id, op }, done }) =>
    "event" in op && op.event === eventId && done?.type === "ok" && done.body.seq !== undefined
      ? [{ at: done.at, seq: done.body.seq, name: `operation ${id}` }]
      : [],
  );
  const pushes = history.notes.flatMap((note) =>
    note.what === "push" && note.event === eventId
      ? [{ at: note.at, seq: note.seq, name: `a ${note.name} to listener ${note.listener}` }]
      : [],
  );
  return [...reads, ...pushes];
}
