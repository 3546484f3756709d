import type { PushSubscription, Recipient } from "../../notifications/channel.ts";

/** Columns of `users u`, and the subscriptions of whoever is told by a delivery `c`, where its channel needs them. */
export const RECIPIENT = `u.name, u.email, u.phone, u.is_active as "isActive",
         case when c.channel = 'push' then (
           select json_agg(json_build_object('endpoint', s.endpoint, 'p256dh', s.p256dh, 'auth', s.auth))
             from push_subscription s where s.user_id = u.id) end as subscriptions`;

export interface RecipientRow {
  readonly name: string | null;
  readonly email: string;
  readonly phone: string | null;
  readonly isActive: boolean | null;
  readonly subscriptions: readonly PushSubscription[] | null;
}

/** Null where the person may not be told any more. */
export function recipientOf(userId: string, row: RecipientRow): Recipient | null {
  const { name, email, phone, isActive, subscriptions } = row;
  if (isActive !== true) return null;
  return { userId, name: name ?? "", email, phone, pushSubscriptions: subscriptions ?? [] };
}
