import type {
  AttemptView,
  BroadcastView,
  BroadcastWish,
  DeadLetterView,
  DeliveryCount,
} from "../domain/notification-views.ts";
import type { NotificationView } from "../domain/views.ts";
import type { ChannelName, PushSubscription } from "../notifications/channel.ts";
import type { Telling } from "../notifications/notifier.ts";
import type { ChannelChoice, StoredChoice } from "../notifications/preferences.ts";
import type { IdempotencyKey, KeptReply } from "./idempotency.ts";

/** What became of a request that is done once for each key. */
export type DoneOnce =
  | { readonly type: "created"; readonly id: string }
  | { readonly type: "replayed"; readonly id: string }
  | { readonly type: "keyReused" };

/** Kind → channels decided anew; null: back to the default. */
export type PreferenceChanges = Readonly<
  Record<string, { readonly [C in ChannelName]?: ChannelChoice | undefined } | null | undefined>
>;

/** What the API does about notifications. Implemented by the store; another process carries them. */
export interface NotificationDesk {
  /** @param userId whose it has to be; null: anybody's. */
  byId(id: string, userId: string | null): Promise<NotificationView | null>;
  /** Every attempt to bring a notification to its person, in order. */
  attemptsOf(id: string): Promise<readonly AttemptView[]>;
  /** False where there is no such notification. */
  markRead(mark: { id: string; userId: string | null; isRead: boolean }): Promise<boolean>;
  /** How many were unread. */
  markAllRead(userId: string, key: IdempotencyKey | null): Promise<KeptReply<number>>;
  deliveryCounts(): Promise<readonly DeliveryCount[]>;
  deadLetters(page: {
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ readonly letters: readonly DeadLetterView[]; readonly total: number }>;
  /** The channels that are tried again; null where nothing was given up. */
  retryDead(
    letter: { readonly notificationId: string; readonly channel: ChannelName | null },
    key: IdempotencyKey | null,
  ): Promise<KeptReply<readonly ChannelName[]> | null>;
  /** Tells one person something, once for each key; "unknownUser" where there is no such person. */
  send(telling: Telling, key: IdempotencyKey | null): Promise<DoneOnce | { readonly type: "unknownUser" }>;
  broadcast(broadcast: BroadcastWish, key: IdempotencyKey | null): Promise<DoneOnce>;
  /** @param organizerId whose event it has to be of; null for an admin */
  broadcastById(id: string, organizerId: string | null): Promise<BroadcastView | null>;
  preferencesOf(userId: string): Promise<readonly StoredChoice[]>;
  changePreferences(userId: string, changes: PreferenceChanges): Promise<readonly StoredChoice[]>;
  subscribe(
    userId: string,
    subscription: PushSubscription,
    key: IdempotencyKey | null,
  ): Promise<KeptReply<true>>;
  /** Null where the person has no such subscription. */
  unsubscribe(userId: string, endpoint: string, key: IdempotencyKey | null): Promise<KeptReply<true> | null>;
}
