import { setTimeout as sleep } from "node:timers/promises";
import { type MailboxDepth, mailboxDepths } from "../mailbox/waiting.ts";
import type { Queryable } from "../store/database.ts";
import { type Pace, pacesOf } from "../store/operator-reads.ts";
import { numberOf } from "./arguments.ts";
import { type Answer, type Asked, type Command, EXIT } from "./command.ts";
import { findEvent } from "./find-event.ts";
import { duration, shortened, table } from "./table.ts";

const NAME_LENGTH_MAX = 32;

export const mailbox: Command = {
  name: "mailbox",
  words: ["[EVENT]"],
  says: "what waits to be decided: by lane, how long, and how fast it gets less",
  details:
    "EVENT is an event's id or number; without it, all mailboxes with mail, the deepest first. What is decided a second is\n" +
    "measured while this waits; `pace` is what the event's actor reckons with under a backlog.",
  options: {
    limit: { type: "string", value: "N", says: "how many mailboxes at most (50)" },
    seconds: { type: "string", value: "S", says: "how long to measure, 0 to 60 (1)" },
  },
  run: async (asked, io) => {
    const countMax = numberOf(asked, "limit", { fallback: 50, min: 1, max: 10_000 });
    const seconds = numberOf(asked, "seconds", { fallback: 1, min: 0, max: 60 });
    const { pool, close } = await io.open();
    try {
      return await look(asked, pool, { countMax, seconds });
    } finally {
      await close();
    }
  },
};

async function look(
  { words: [word] }: Asked,
  db: Queryable,
  { countMax, seconds }: { readonly countMax: number; readonly seconds: number },
): Promise<Answer> {
  const event = word === undefined ? null : await findEvent(db, word);
  if (word !== undefined && event === null) {
    return { code: EXIT.refused, text: `there is no event ${word}`, json: { error: "EventNotFound" } };
  }
  const eventId = event?.eventId ?? null;
  const { depths, total } = await mailboxDepths(db, { eventId, countMax });
  const empty = { bookings: 0, urgent: 0, oldestMs: null };
  const shown = eventId !== null && depths.length === 0 ? [{ eventId, ...empty }] : depths;
  const ids = shown.map((depth) => depth.eventId);
  const before = await pacesOf(db, ids);
  await sleep(seconds * 1_000);
  const after = await pacesOf(db, ids);
  const mailboxes = shown.flatMap((depth) => {
    const [from, to] = [before, after].map(({ paces }) => paces.get(depth.eventId)) as [Pace, Pace];
    // A mailbox whose event is gone is for `verify` to tell of.
    if (from === undefined || to === undefined) return [];
    const elapsedMs = after.atMs - before.atMs;
    const rate = seconds === 0 ? null : ((to.decided - from.decided) * 1_000) / elapsedMs;
    return [described(depth, to, rate)];
  });
  return { code: EXIT.done, text: textOf(mailboxes, total), json: { mailboxes, total } };
}

type Described = ReturnType<typeof described>;

function described({ eventId, bookings, urgent, oldestMs }: MailboxDepth, pace: Pace, rate: number | null) {
  const waiting = bookings + urgent;
  const perSecond = rate !== null && rate > 0 ? rate : pace.decidedPerSecond;
  const isMoving = !pace.isPaused && perSecond !== null && perSecond > 0;
  return {
    event_id: eventId,
    number: pace.number,
    name: pace.name,
    bookings,
    urgent,
    oldest_ms: oldestMs === null ? null : Math.round(oldestMs),
    decided_per_second: rate === null ? null : Math.round(rate * 10) / 10,
    pace_per_second: pace.decidedPerSecond === null ? null : Math.round(pace.decidedPerSecond),
    empty_in_ms: isMoving ? Math.round((waiting / perSecond) * 1_000) : null,
    is_paused: pace.isPaused,
  };
}

function textOf(mailboxes: readonly Described[], total: number): string {
  if (mailboxes.length === 0) return "nothing waits: all mailboxes are empty";
  const heads = [
    "event",
    "no",
    "name",
    "bookings",
    "urgent",
    "oldest",
    "decided/s",
    "pace/s",
    "empty in",
    "",
  ];
  const rows = mailboxes.map((one) => [
    one.event_id,
    one.number,
    shortened(one.name, NAME_LENGTH_MAX),
    one.bookings,
    one.urgent,
    one.oldest_ms === null ? "-" : duration(one.oldest_ms),
    one.decided_per_second ?? "-",
    one.pace_per_second ?? "-",
    one.empty_in_ms === null ? "-" : duration(one.empty_in_ms),
    one.is_paused ? "paused" : "",
  ]);
  const more = total > mailboxes.length ? `\n… and ${total - mailboxes.length} more; --limit shows them` : "";
  return table(heads, rows) + more;
}
