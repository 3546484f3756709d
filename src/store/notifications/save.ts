import type { ChannelName } from "../../notifications/channel.ts";
import type { ClaimedDelivery, FirstClaim } from "../../notifications/delivery.ts";
import { kindOf, ruleOf } from "../../notifications/kinds.ts";
import type { NewNotification } from "../../notifications/notifier.ts";
import { columnsOf, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { RECIPIENT, type RecipientRow, recipientOf } from "./recipients.ts";

/** One statement, so that no notification is there without its deliveries. Gives those that are claimed with it. */
const SAVE = `with told as (
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::json[],
                         $9::timestamptz[], $10::uuid[], $11::boolean[], $12::text[], $13::text[], $14::boolean[],
                         $15::boolean[], $16::text[])
      as u (id, user_id, event_id, seq, type, title, message, data, created_at, broadcast_id, is_internal, kind, channels,
            is_chosen, is_mandatory, trace)),
  saved as (
    insert into notification (id, user_id, event_id, seq, type, title, message, data, created_at, broadcast_id, is_internal)
    select id, user_id, event_id, seq, type, title, message, data, created_at, broadcast_id, is_internal from told
    on conflict (id) do nothing returning id),
  planned as (
    insert into notification_delivery (notification_id, channel, user_id, trace, attempts, due_at)
    select t.id, c.channel, t.user_id, t.trace, n.attempts, now() + n.attempts * $18 * interval '1 millisecond'
      from saved join told t using (id)
      left join notification_preference p on p.user_id = t.user_id and p.kind = t.kind and not t.is_mandatory
      cross join lateral unnest(case
          when p.user_id is null then t.channels::text[]
          when t.is_chosen then array(select unnest(t.channels::text[]) except select unnest(p.off))
          else p.wanted end) as c (channel)
      cross join lateral (select (c.channel = any($17::text[]))::integer as attempts) n
    on conflict do nothing returning notification_id, channel, user_id, attempts)
  select c.notification_id as "notificationId", c.channel, ${RECIPIENT}
    from planned c left join users u on u.id = c.user_id where c.attempts = 1`;

interface SavedRow extends RecipientRow {
  readonly notificationId: string;
  readonly channel: ChannelName;
}

const NO_CLAIM: FirstClaim = { channels: [], leaseMs: 0 };

/**
 * Writes notifications down and plans their deliveries, as each person prefers. Saving the same one twice leaves one.
 * @returns the deliveries that were claimed with that, for whoever asked for it
 */
export async function saveNotifications(
  db: Queryable,
  notifications: readonly NewNotification[],
  { channels, leaseMs }: FirstClaim = NO_CLAIM,
): Promise<ClaimedDelivery[]> {
  if (notifications.length === 0) return [];
  const { rows } = await db.query<SavedRow>({
    name: "notification-save",
    text: SAVE,
    values: [
      ...columnsOf(
        notifications,
        ({ id }) => id,
        ({ userId }) => userId,
        ({ eventId }) => eventId,
        ({ seq }) => seq,
        ({ type }) => type,
        ({ title }) => title,
        ({ text }) => text,
        ({ data }) => JSON.stringify(data),
        ({ createdAt }) => timestamp(createdAt),
        ({ broadcastId }) => broadcastId,
        ({ type }) => ruleOf(type).isInternal === true,
        ({ type }) => kindOf(type),
        ({ type, channels: chosen }) => `{${(chosen ?? ruleOf(type).channels).join(",")}}`,
        ({ channels: chosen }) => chosen !== null,
        ({ type }) => ruleOf(type).isMandatory === true,
        ({ trace }) => trace,
      ),
      [...channels],
      leaseMs,
    ],
  });
  if (rows.length === 0) return [];
  const byId = new Map(notifications.map((one) => [one.id, one]));
  return rows.map((row) => claimedOf(row, byId.get(row.notificationId) as NewNotification));
}

function claimedOf(row: SavedRow, { id, userId, type, title, text, eventId, ...told }: NewNotification) {
  const { data, createdAt, trace } = told;
  return {
    channel: row.channel,
    attempt: 1,
    attemptsBefore: 0,
    message: { notificationId: id, kind: type, title, text, eventId, data, createdAt },
    recipient: recipientOf(userId, row),
    trace,
  };
}
