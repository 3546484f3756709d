import type { Command } from "../domain/command.ts";
import type { CommandId, EventId } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { Refusal } from "../domain/refusal.ts";
import { ApiError } from "./errors.ts";
import type { IdempotencyKey } from "./idempotency.ts";

/** The mailbox as the API uses it: what becomes of a command at the moment it is accepted. */
export type Accepted =
  | {
      readonly type: "accepted";
      readonly position: number;
      readonly decidedPerSecond: number | null;
    }
  | {
      readonly type: "replayed";
      readonly row: {
        readonly eventId: EventId;
        readonly commandId: CommandId;
        readonly refusal: Refusal | null;
      };
    }
  | { readonly type: "keyReused" }
  | { readonly type: "refused"; readonly refusal: Refusal }
  | { readonly type: "full"; readonly waiting: number; readonly decidedPerSecond: number | null }
  | { readonly type: "unknownEvent" };

export interface DeskPorts {
  readonly send: (letter: {
    readonly eventId: EventId;
    readonly command: Command;
    readonly key: IdempotencyKey | null;
  }) => Promise<Accepted>;
  readonly feed: {
    decisionOf(eventId: EventId, commandId: CommandId, waitMs: number): Promise<LedgerEntry | null>;
    release(commandId: CommandId): void;
  };
  readonly findDecision: (eventId: EventId, commandId: CommandId) => Promise<LedgerEntry | null>;
}

/** How a command stands when its request is answered. */
export type Standing =
  | { readonly type: "decided"; readonly entry: LedgerEntry; readonly replayed: boolean }
  | { readonly type: "refused"; readonly refusal: Refusal; readonly replayed: boolean }
  | {
      readonly type: "queued";
      readonly commandId: CommandId;
      readonly position: number | null;
      readonly decidedPerSecond: number | null;
      readonly replayed: boolean;
    };

/** Sends commands to an event's mailbox and waits a bounded time for the decision. */
export class Desk {
  readonly #ports: DeskPorts;

  constructor(ports: DeskPorts) {
    this.#ports = ports;
  }

  /** @throws ApiError where the command was not accepted at all. */
  async submit(request: {
    readonly eventId: EventId;
    readonly command: Command;
    readonly key: IdempotencyKey | null;
    readonly waitMs: number;
  }): Promise<Standing> {
    const { eventId, command, key, waitMs } = request;
    // Registered before it is sent: the decision may be there before the accept is answered.
    const decision = waitMs > 0 ? this.#ports.feed.decisionOf(eventId, command.id, waitMs) : null;
    let accepted: Accepted;
    try {
      accepted = await this.#ports.send({ eventId, command, key });
    } catch (error) {
      this.#ports.feed.release(command.id);
      throw error;
    }
    if (accepted.type !== "accepted") {
      this.#ports.feed.release(command.id);
      return await this.#notAccepted(accepted, waitMs);
    }
    const entry = await decision;
    if (entry) return { type: "decided", entry, replayed: false };
    const { position, decidedPerSecond } = accepted;
    return { type: "queued", commandId: command.id, position, decidedPerSecond, replayed: false };
  }

  async #notAccepted(accepted: Exclude<Accepted, { type: "accepted" }>, waitMs: number): Promise<Standing> {
    switch (accepted.type) {
      case "replayed":
        return await this.#replay(accepted.row, waitMs);
      case "refused":
        return { type: "refused", refusal: accepted.refusal, replayed: false };
      case "keyReused":
        throw new ApiError(
          "IDEMPOTENCY_KEY_REUSED",
          "This Idempotency-Key was used for another request; send a new key with a new request",
        );
      case "full":
        throw new ApiError("OVERLOADED", "Too many bookings of this event are waiting; try again shortly", {
          retryAfterS: retryAfterOf(accepted.waiting, accepted.decidedPerSecond),
        });
      case "unknownEvent":
        throw new ApiError("EVENT_NOT_FOUND", "Event not found");
      default:
        return accepted satisfies never;
    }
  }

  /**
   * The decision about a command that is already on its way or decided, such as the report of a payment's result; null
   * where it is not there in time. The look-up follows the registration, so that none falls between the two.
   */
  async decisionOf(eventId: EventId, commandId: CommandId, waitMs: number): Promise<LedgerEntry | null> {
    const waiting = waitMs > 0 ? this.#ports.feed.decisionOf(eventId, commandId, waitMs) : null;
    const known = await this.#ports.findDecision(eventId, commandId);
    return known ?? (await waiting);
  }

  /** The answer of the first request with this key, as far as it is known. */
  async #replay(
    row: { readonly eventId: EventId; readonly commandId: CommandId; readonly refusal: Refusal | null },
    waitMs: number,
  ): Promise<Standing> {
    if (row.refusal !== null) return { type: "refused", refusal: row.refusal, replayed: true };
    const { eventId, commandId } = row;
    const entry = await this.decisionOf(eventId, commandId, waitMs);
    if (entry !== null) return { type: "decided", entry, replayed: true };
    return { type: "queued", commandId, position: null, decidedPerSecond: null, replayed: true };
  }
}

const RETRY_AFTER_S_MAX = 60;

/** Seconds until so many waiting requests are decided; 1 where the pace is not known yet. */
export function retryAfterOf(waiting: number, decidedPerSecond: number | null): number {
  if (decidedPerSecond === null || decidedPerSecond <= 0) return 1;
  return Math.min(RETRY_AFTER_S_MAX, Math.max(1, Math.ceil(waiting / decidedPerSecond)));
}
