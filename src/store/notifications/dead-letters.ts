import type { ChannelName } from "../../notifications/channel.ts";
import type { Queryable } from "../database.ts";

/** Has what was given up tried anew. @param channel null: on all channels. @returns the channels it is tried on again. */
export async function retryDead(
  db: Queryable,
  { notificationId, channel }: { readonly notificationId: string; readonly channel: ChannelName | null },
): Promise<ChannelName[]> {
  const { rows } = await db.query<{ channel: ChannelName }>({
    name: "dead-letter-retry",
    text: `update notification_delivery
              set status = 'queued', due_at = now(), attempts_before = attempts, updated_at = now()
            where notification_id = $1 and status = 'dead' and ($2::text is null or channel = $2)
           returning channel`,
    values: [notificationId, channel],
  });
  return rows.map((row) => row.channel);
}
