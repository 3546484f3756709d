import type { Lane } from "../domain/command.ts";
import type { EventId } from "../domain/ids.ts";
import type { Delivery, Envelope, Unreadable } from "../engine/ports.ts";
import type { Sql } from "./boss.ts";
import { decode, isEnvelope, PRIORITY_OF } from "./codec.ts";
import { type LowMark, LowMarks } from "./low-marks.ts";
import { MAILBOX_SCHEMA, queueNameOf } from "./names.ts";

/** The next jobs of one lane that were put there since a moment, by pg-boss's own index. */
const nextOf = (lane: Lane) => `
  select * from (select j.ctid from ${MAILBOX_SCHEMA}.job_common j
                  where j.name = asked.name and j.state < 'active' and not j.blocked
                    and j.priority = ${PRIORITY_OF[lane]} and j.created_on >= asked.${lane}
                  order by j.created_on limit asked.max for update skip locked) ${lane}`;

/**
 * The next jobs of some queues, in pg-boss's own order along its own index, gone with the transaction that takes them.
 * pg-boss would mark them active first and delete them afterwards, queue by queue: six times the work, and every job
 * written twice. Rows are found by their place, which nobody changes while they are locked.
 */
const TAKE = {
  name: "mailbox-take",
  text: `delete from ${MAILBOX_SCHEMA}.job_common
          where ctid = any(array(
            select next.ctid
              from unnest($1::text[], $2::integer[], $3::timestamptz[], $4::timestamptz[])
                     as asked (name, max, urgent, bookings),
                   lateral (select * from (${nextOf("urgent")} union all ${nextOf("bookings")}) lanes
                             limit asked.max) next))
         returning name, id, data, priority, extract(epoch from created_on)::float8 * 1000 as "putMs"`,
} as const;

interface TakenJob {
  readonly name: string;
  readonly id: string;
  readonly data: unknown;
  readonly priority: number;
  readonly putMs: number;
}

/** What a turn takes of each mailbox. */
type Wanted = readonly { readonly eventId: EventId; readonly max: number }[];

/** `takeEnvelopes` for the turns of one process, which remembers where the envelopes of its mailboxes begin. */
export function createTake(): (db: Sql, wanted: Wanted) => Promise<Delivery[]> {
  const marks = new LowMarks();
  return (db, wanted) => takeEnvelopes(db, wanted, marks);
}

/**
 * Takes up to `max` envelopes out of each mailbox, for good if the transaction that holds the events' actors commits, and
 * not at all otherwise. @returns what each had, in the order asked for
 */
export async function takeEnvelopes(
  db: Sql,
  wanted: Wanted,
  lowMarks: LowMarks = new LowMarks(),
): Promise<Delivery[]> {
  const nowMs = performance.now();
  const queues = wanted.map(({ eventId }) => queueNameOf(eventId));
  const marks = queues.map((queue) => lowMarks.of(queue, nowMs));
  const { rows } = await db.query({
    ...TAKE,
    values: [
      queues,
      wanted.map(({ max }) => max),
      marks.map(({ urgent }) => urgent),
      marks.map(({ bookings }) => bookings),
    ],
  });
  const byQueue = Map.groupBy(rows as TakenJob[], ({ name }) => name);
  return queues.map((queue, at) => {
    const jobs = byQueue.get(queue) ?? [];
    const oldest = { urgent: oldestOf(jobs, "urgent"), bookings: oldestOf(jobs, "bookings") };
    lowMarks.learn(queue, marks[at] as LowMark, oldest, nowMs);
    return sorted(jobs.map(decode));
  });
}

function oldestOf(jobs: readonly TakenJob[], lane: Lane): number | null {
  const priority = PRIORITY_OF[lane];
  let oldest: number | null = null;
  for (const job of jobs) {
    if (job.priority === priority && (oldest === null || job.putMs < oldest)) oldest = job.putMs;
  }
  return oldest;
}

/** Urgent first, then in accept order. */
function sorted(read: readonly (Envelope | Unreadable)[]): Delivery {
  const envelopes = read.filter(isEnvelope);
  const unreadable = read.filter((item): item is Unreadable => !isEnvelope(item));
  envelopes.sort((a, b) => (a.lane === b.lane ? a.ordinal - b.ordinal : a.lane === "urgent" ? -1 : 1));
  return { envelopes, unreadable };
}
