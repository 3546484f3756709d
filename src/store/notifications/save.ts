import { kindOf, ruleOf } from "../../notifications/kinds.ts";
import type { NewNotification } from "../../notifications/notifier.ts";
import { columnsOf, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";

/** One statement, so that no notification is there without its deliveries. */
const SAVE = `with told as (
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::json[],
                         $9::timestamptz[], $10::uuid[], $11::boolean[], $12::text[], $13::text[], $14::boolean[],
                         $15::boolean[], $16::text[])
      as u (id, user_id, event_id, seq, type, title, message, data, created_at, broadcast_id, is_internal, kind, channels,
            is_chosen, is_mandatory, trace)),
  saved as (
    insert into notification (id, user_id, event_id, seq, type, title, message, data, created_at, broadcast_id, is_internal)
    select id, user_id, event_id, seq, type, title, message, data, created_at, broadcast_id, is_internal from told
    on conflict (id) do nothing returning id)
  insert into notification_delivery (notification_id, channel, user_id, trace)
  select t.id, c.channel, t.user_id, t.trace
    from saved join told t using (id)
    left join notification_preference p on p.user_id = t.user_id and p.kind = t.kind and not t.is_mandatory
    cross join lateral unnest(case
        when p.user_id is null then t.channels::text[]
        when t.is_chosen then array(select unnest(t.channels::text[]) except select unnest(p.off))
        else p.wanted end) as c (channel)
  on conflict do nothing`;

/** Writes notifications down and plans their deliveries, as each person prefers. Saving the same one twice leaves one. */
export async function saveNotifications(
  db: Queryable,
  notifications: readonly NewNotification[],
): Promise<void> {
  if (notifications.length === 0) return;
  await db.query({
    name: "notification-save",
    text: SAVE,
    values: columnsOf(
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
      ({ type, channels }) => `{${(channels ?? ruleOf(type).channels).join(",")}}`,
      ({ channels }) => channels !== null,
      ({ type }) => ruleOf(type).isMandatory === true,
      ({ trace }) => trace,
    ),
  });
}
