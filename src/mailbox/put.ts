import type { EventId } from "../domain/ids.ts";
import type { Sql } from "./boss.ts";
import type { Parcel } from "./codec.ts";
import { MAILBOX_SCHEMA, queueNameOf } from "./names.ts";

/**
 * Jobs of any number of queues in one statement, as `boss.insert` would write them queue by queue; a test holds the two
 * against each other, column by column. What is not named here has the same value by default. A job that is there already
 * is an error rather than left out: what is not in the mailbox was not accepted.
 *
 * A job was created when it was counted in, and not, as by default, when its transaction began: from the count on, its
 * event's counter is locked until the commit, so that within a mailbox nothing appears behind what is younger. Those that
 * were counted together are a microsecond apart, in the order given: at the same moment they would be taken in the order
 * in which the table had room for them. Writing one of them takes longer than that, so the next count is later still.
 */
const PUT = {
  name: "mailbox-put",
  text: `insert into ${MAILBOX_SCHEMA}.job_common (id, name, data, priority, created_on, start_after, keep_until,
                                                  retry_limit, policy)
         select u.id, u.name, u.data, u.priority, u.at, u.at, u.at + interval '14 days', 0, 'standard'
           from (select id, name, data, priority, to_timestamp(at_ms / 1000) + nth * interval '1 microsecond' as at
                   from rows from (unnest($1::uuid[]), unnest($2::text[]), jsonb_array_elements($3::jsonb),
                                   unnest($4::integer[]), unnest($5::float8[]))
                        with ordinality as v (id, name, data, priority, at_ms, nth)) u`,
} as const;

/** An envelope on its way into its event's mailbox. */
export interface Addressed {
  readonly eventId: EventId;
  readonly parcel: Parcel;
}

/**
 * Puts envelopes into their mailboxes, all of them or none, those of each mailbox in the order of their numbers. The
 * statement is on the wire when this returns.
 */
export async function putEnvelopes(tx: Sql, addressed: readonly Addressed[]): Promise<void> {
  const { rowCount } = await tx.query({
    ...PUT,
    values: [
      addressed.map(({ parcel }) => parcel.id),
      addressed.map(({ eventId }) => queueNameOf(eventId)),
      // One text of JSON: half the quoting of an array of them, on both sides.
      JSON.stringify(addressed.map(({ parcel }) => parcel.data)),
      addressed.map(({ parcel }) => parcel.priority),
      addressed.map(({ parcel }) => parcel.data.at),
    ],
  });
  if (rowCount !== addressed.length) {
    throw new Error(`invariant: ${rowCount} of ${addressed.length} envelopes were put into their mailboxes`);
  }
}
