import type { Sql } from "./boss.ts";
import { eventOfQueue, MAILBOX_SCHEMA } from "./names.ts";

export interface QueueFigures {
  /** Mailboxes: one pg-boss queue an event. */
  readonly queues: number;
  readonly withMail: number;
  readonly waiting: number;
  /** Age of the oldest envelope; 0 where all are empty. */
  readonly oldestMs: number;
  /** The mailboxes in which most waits, the deepest first. */
  readonly deepest: readonly {
    readonly eventId: string;
    readonly waiting: number;
    readonly oldestMs: number;
  }[];
}

const DEEPEST_MAX = 10;

interface Row {
  readonly name: string;
  readonly waiting: number;
  readonly oldestMs: number;
}

/** How full the mailboxes are. Costs by envelopes that wait. */
export async function queueFigures(db: Sql): Promise<QueueFigures> {
  const { rows } = await db.query(`
    with mail as (
      select name, count(*)::integer as waiting,
             (greatest(0, extract(epoch from clock_timestamp() - min(created_on))) * 1000)::float8 as "oldestMs"
        from ${MAILBOX_SCHEMA}.job where state < 'active' and not blocked group by name
    )
    select (select count(*)::integer from ${MAILBOX_SCHEMA}.queue where name ^@ 'event.') as queues,
           (select count(*)::integer from mail) as "withMail",
           (select coalesce(sum(waiting), 0)::integer from mail) as waiting,
           (select coalesce(max("oldestMs"), 0) from mail) as "oldestMs",
           (select coalesce(json_agg(m), '[]')
              from (select * from mail order by waiting desc, name limit ${DEEPEST_MAX}) m) as deepest`);
  const [{ deepest, ...totals }] = rows as [
    Omit<QueueFigures, "deepest"> & { readonly deepest: readonly Row[] },
  ];
  return {
    ...totals,
    deepest: deepest.flatMap(({ name, waiting, oldestMs }) => {
      const eventId = eventOfQueue(name);
      return eventId === null ? [] : [{ eventId, waiting, oldestMs }];
    }),
  };
}
