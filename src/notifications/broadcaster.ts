import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../ops/log.ts";
import { WorkLoop } from "../ops/work-loop.ts";
import type { ChannelName } from "./channel.ts";
import { type NewNotification, notificationIdOf } from "./notifier.ts";

/** Whom a broadcast is for: who has a confirmed booking, or who waited when the event was cancelled. */
export type Audience = "attendees" | "waiting";

/** A broadcast that is claimed for a while. */
export interface ClaimedBroadcast {
  readonly id: string;
  readonly eventId: string;
  readonly audience: Audience;
  readonly type: string;
  readonly title: string;
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly channels: readonly ChannelName[] | null;
  readonly createdAt: number;
  /** Whose turn came last, by booking or waitlist entry; null: nobody's yet. */
  readonly toldUntil: string | null;
  /** Proof of the claim. */
  readonly claim: number;
}

/** Some of a broadcast's people, in order; `last` is null where there are no more. */
export interface People {
  readonly userIds: readonly string[];
  readonly last: string | null;
}

export interface BroadcasterPorts {
  /** Claims one broadcast that is due. */
  readonly claim: (leaseMs: number) => Promise<ClaimedBroadcast | null>;
  readonly people: (broadcast: ClaimedBroadcast, after: string | null, max: number) => Promise<People>;
  readonly save: (notifications: readonly NewNotification[]) => Promise<void>;
  /** Moves on and renews the claim; null: all were told. False where somebody else has claimed it since. */
  readonly advance: (
    broadcast: ClaimedBroadcast,
    toldUntil: string | null,
    leaseMs: number,
  ) => Promise<boolean>;
  readonly log: Log;
}

/** Renewed with every piece. Two that work on one broadcast for a while tell nobody twice. */
const LEASE_MS = 6_000;
/** Bookings looked at together; what they share is written by one statement. */
const PIECE_MAX = 500;
/** Between two pieces: a sale that goes on meanwhile does not notice. */
const REST_MS = 50;
const IDLE_MS = 1_000;
const FAULT_PAUSE_MS = 1_000;

/**
 * Tells all of an event's people something, piece by piece. A process that is killed leaves a broadcast where it stands;
 * whoever is told twice by that has one notification all the same, because its id is made of the broadcast and the person.
 */
export class Broadcaster {
  readonly #ports: BroadcasterPorts;
  readonly #loop = new WorkLoop((signal) => this.#round(signal));

  constructor(ports: BroadcasterPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#loop.start();
  }

  /** There is a new broadcast. A hint. */
  hint(): void {
    this.#loop.hint();
  }

  close(): Promise<void> {
    return this.#loop.close();
  }

  async #round(signal: AbortSignal): Promise<number> {
    const { claim, log } = this.#ports;
    try {
      const broadcast = await claim(LEASE_MS);
      if (broadcast === null) return IDLE_MS;
      await this.#tellAll(broadcast, signal);
      return 0;
    } catch (error) {
      log.warn({ error: String(error) }, "a broadcast stands still; trying again");
      return FAULT_PAUSE_MS;
    }
  }

  async #tellAll(broadcast: ClaimedBroadcast, signal: AbortSignal): Promise<void> {
    const { people, save, advance } = this.#ports;
    let at = broadcast.toldUntil;
    while (!signal.aborted) {
      const { userIds, last } = await people(broadcast, at, PIECE_MAX);
      if (userIds.length > 0) {
        await save([...new Set(userIds)].map((userId) => notificationOf(broadcast, userId)));
      }
      // Whoever stops gives the claim back at once.
      const isMine = await advance(broadcast, last, signal.aborted ? 0 : LEASE_MS);
      if (!isMine || last === null) return;
      at = last;
      await sleep(REST_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

function notificationOf(broadcast: ClaimedBroadcast, userId: string): NewNotification {
  const { id, eventId, type, title, text, data, channels, createdAt } = broadcast;
  const what = `${id}${userId}`;
  return {
    id: notificationIdOf({ createdAt, counter: 0, what }),
    userId,
    eventId,
    seq: null,
    type,
    title,
    text,
    data: { ...data, broadcast_id: id },
    createdAt,
    broadcastId: id,
    channels,
  };
}
