import type { ChannelName } from "../../notifications/channel.ts";
import type { ClaimedDelivery } from "../../notifications/delivery.ts";
import { columnsOf, ms } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { RECIPIENT, type RecipientRow, recipientOf } from "./recipients.ts";

interface ClaimedRow extends RecipientRow {
  readonly notificationId: string;
  readonly channel: ChannelName;
  readonly attempt: number;
  readonly attemptsBefore: number;
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  readonly eventId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly userId: string;
  readonly trace: string | null;
}

/** Claims by moving `due_at`: if its process dies, somebody else takes it when that time is over. */
const CLAIM = `with due as (
    select notification_id, channel from notification_delivery
     where channel = $1 and due_at <= now() order by due_at limit $2 for update skip locked),
  claimed as (
    update notification_delivery d
       set due_at = now() + $3 * interval '1 millisecond', attempts = d.attempts + 1
      from due where d.notification_id = due.notification_id and d.channel = due.channel
    returning d.notification_id, d.channel, d.attempts, d.attempts_before, d.trace)
  select n.id as "notificationId", c.channel, c.attempts as attempt, c.attempts_before as "attemptsBefore",
         n.type as kind, n.title, n.message as text, n.event_id as "eventId", n.data, ${ms("n.created_at")} as "createdAt",
         n.user_id as "userId", c.trace, ${RECIPIENT}
    from claimed c join notification n on n.id = c.notification_id left join users u on u.id = n.user_id`;

export async function claimDeliveries(
  db: Queryable,
  channel: ChannelName,
  { max, leaseMs }: { readonly max: number; readonly leaseMs: number },
): Promise<ClaimedDelivery[]> {
  const { rows } = await db.query<ClaimedRow>({
    name: "delivery-claim",
    text: CLAIM,
    values: [channel, max, leaseMs],
  });
  return rows.map(claimedOf);
}

function claimedOf(row: ClaimedRow): ClaimedDelivery {
  const { notificationId, kind, title, text, eventId, data, createdAt } = row;
  return {
    channel: row.channel,
    attempt: row.attempt,
    attemptsBefore: row.attemptsBefore,
    message: { notificationId, kind, title, text, eventId, data, createdAt },
    recipient: recipientOf(row.userId, row),
    trace: row.trace ?? undefined,
  };
}

const KEY =
  "unnest($1::uuid[], $2::text[], $3::integer[]) as u (notification_id, channel, attempt) where " +
  "d.notification_id = u.notification_id and d.channel = u.channel and d.attempts = u.attempt and d.due_at is not null";

/** The key of deliveries with the proof of their claim, as columns. */
export function keyOf(deliveries: readonly ClaimedDelivery[]): string[] {
  return columnsOf(
    deliveries,
    ({ message }) => message.notificationId,
    ({ channel }) => channel,
    ({ attempt }) => attempt,
  );
}

/** Claims deliveries for longer that are under way. */
export async function renewDeliveries(
  db: Queryable,
  deliveries: readonly ClaimedDelivery[],
  leaseMs: number,
): Promise<void> {
  if (deliveries.length === 0) return;
  await db.query({
    name: "delivery-renew",
    text: `update notification_delivery d set due_at = now() + $4 * interval '1 millisecond' from ${KEY}`,
    values: [...keyOf(deliveries), leaseMs],
  });
}

/** Gives back what was claimed and not begun, as if it had not been claimed. */
export async function releaseDeliveries(
  db: Queryable,
  deliveries: readonly ClaimedDelivery[],
): Promise<void> {
  if (deliveries.length === 0) return;
  await db.query({
    name: "delivery-release",
    text: `update notification_delivery d set due_at = now(), attempts = d.attempts - 1 from ${KEY}`,
    values: keyOf(deliveries),
  });
}
