import type { EventId } from "./ids.ts";

/** A way to reach people; see `CHANNELS`. */
type ChannelName = "websocket" | "push" | "email" | "sms";

/** One way in which a person was told, and what became of it. Times are Unix milliseconds. */
export interface DeliveryView {
  readonly channel: ChannelName;
  readonly status: "queued" | "delivered" | "logged" | "failed" | "refused" | "unreachable" | "dead";
  /** Tried because no other way led to the person. */
  readonly isFailOver: boolean;
  readonly attempts: number;
  readonly ref: string | null;
  readonly error: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When it is tried next; null where it has come to an end. */
  readonly dueAt: number | null;
}

/** An attempt, as it was written down. */
export interface AttemptView {
  readonly channel: ChannelName;
  readonly attempt: number;
  readonly result: DeliveryView["status"];
  readonly ref: string | null;
  readonly error: string | null;
  readonly at: number;
}

export interface DeadLetterView {
  readonly notificationId: string;
  readonly channel: ChannelName;
  readonly userId: string;
  readonly type: string;
  readonly title: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface NewBroadcast {
  readonly id: string;
  readonly eventId: EventId;
  /** Null: nobody in person, the event itself. */
  readonly createdBy: string | null;
  readonly type: string;
  readonly title: string;
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Null: what each person prefers. */
  readonly channels: readonly ChannelName[] | null;
  readonly createdAt: number;
}

/** What somebody asks to be told; its moment is the database's. */
export type BroadcastWish = Omit<NewBroadcast, "createdAt">;

/** How many deliveries of a channel stand how. */
export interface DeliveryCount {
  readonly channel: ChannelName;
  readonly status: DeliveryView["status"];
  readonly count: number;
}

export interface BroadcastView extends Omit<NewBroadcast, "data"> {
  /** People it is for. */
  readonly recipients: number;
  /** People who have it in their notifications. */
  readonly told: number;
  readonly isBegun: boolean;
  readonly finishedAt: number | null;
  readonly deliveries: readonly DeliveryCount[];
}
