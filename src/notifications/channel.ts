/** The ways in which a person can be reached. */
export const CHANNELS = ["websocket", "push", "email", "sms"] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** What a person is told, whichever way. */
export interface Message {
  /** UUIDv7 of the notification; the same one may be handed to a channel again after a failure. */
  readonly notificationId: string;
  /** What it is about: `booking_confirmed`, `waitlist_promoted`, `event_update`, … */
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  /** Null where it is about no event. */
  readonly eventId: string | null;
  /** As the API shows them: `booking_id`, `booking_reference`, `expires_at`, … */
  readonly data: Readonly<Record<string, unknown>>;
  /** Unix milliseconds. */
  readonly createdAt: number;
}

/** Where a browser takes pushes, as it told us: RFC 8030, keys of RFC 8291 in base64url. */
export interface PushSubscription {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

export interface Recipient {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  /** As the person gave it, such as +1234567890. */
  readonly phone: string | null;
  readonly pushSubscriptions: readonly PushSubscription[];
}

/** What became of one attempt. `gone`: subscriptions found not to exist any more, whatever became of the others. */
export type DeliveryResult =
  /** Taken by whoever carries it; `ref` is how they call it. */
  | { readonly type: "delivered"; readonly ref: string | null; readonly gone?: readonly PushSubscription[] }
  /** Not configured here: it was written to the log instead. */
  | { readonly type: "logged" }
  /** This way does not lead to this person: no telephone, no open socket, no subscription. */
  | { readonly type: "unreachable"; readonly reason: string }
  /** Worth another attempt, not before `retryAfterMs` where that is known. */
  | {
      readonly type: "failed";
      readonly reason: string;
      readonly retryAfterMs: number | null;
      readonly gone?: readonly PushSubscription[];
    }
  /** Never worth another attempt: the address does not exist, the subscription is gone. */
  | { readonly type: "refused"; readonly reason: string; readonly gone?: readonly PushSubscription[] };

/** One way to reach people. Never throws for what its carrier answers; throws only for bugs. */
export interface Channel {
  readonly name: ChannelName;
  /** It ends on this installation, at its sockets or in its log: nobody outside is hurried by many at once. */
  readonly isLocal?: boolean;
  deliver(message: Message, recipient: Recipient): Promise<DeliveryResult>;
  close?(): Promise<void> | void;
}
