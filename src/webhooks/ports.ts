import type { EventId } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { EventView } from "../domain/views.ts";
import type { AttemptResult } from "./sender.ts";

/** How far an endpoint has been told of an event, claimed by this process for a while. */
export interface Claim {
  readonly eventId: EventId;
  readonly endpointId: string;
  /** Proves that nobody has claimed it since. */
  readonly claim: number;
  readonly sentSeq: number;
  readonly scannedSeq: number;
  /** Where the message under way ends; null: none is. */
  readonly toSeq: number | null;
  /** At that message, so far. */
  readonly attempts: number;
  readonly failingSince: number | null;
  readonly url: string;
  /** The present one first. */
  readonly secrets: readonly Buffer[];
  readonly types: readonly string[] | null;
  readonly messageBytesMax: number;
}

/** An attempt as it is written down. */
export interface Attempted {
  readonly attemptId: string;
  readonly messageId: string;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly result: AttemptResult;
}

/** What a failed attempt means for what follows. */
export interface Failure {
  /** Until the next attempt. */
  readonly pauseMs: number;
  /** The whole endpoint is left alone for so long. */
  readonly restMs: number;
  readonly disable: "gone" | "failing" | null;
  /** The message was too long: from now on they have at most so many bytes. Null: it stays the same message. */
  readonly shrinkTo: number | null;
}

export interface DisabledEndpoint {
  readonly endpointId: string;
  readonly ownerId: string;
  readonly url: string;
  readonly reason: "gone" | "failing";
}

/**
 * Who has been told how much. A claim is kept by renewing it; what is written with one that was lost changes nothing,
 * and is answered with null.
 */
export interface CourierStore {
  /** Gives cursors to events that have none yet. @returns how many endpoints listen at all. */
  prepare(): Promise<number>;
  claim(wanted: {
    /** Null: whichever is behind. */
    readonly eventIds: readonly EventId[] | null;
    readonly max: number;
    readonly perEndpointMax: number;
    /** How many of an endpoint's are under way here. */
    readonly busy: ReadonlyMap<string, number>;
    readonly leaseMs: number;
  }): Promise<Claim[]>;
  renew(claims: readonly Claim[], leaseMs: number): Promise<void>;
  /** Entries from a number on, in order, and their event as it is after them; no more than `max`. */
  read(
    eventId: EventId,
    fromSeq: number,
    max: number,
  ): Promise<{ readonly entries: readonly LedgerEntry[]; readonly event: EventView | null }>;
  /** Fixes where the message begins and ends. False: the claim was lost. */
  begin(claim: Claim, toSeq: number): Promise<boolean>;
  /** Up to here there is nothing that the endpoint wants. */
  skip(claim: Claim, scannedSeq: number): Promise<Claim | null>;
  /** @returns the claim as it is now, still held; null where nothing more is to be sent. */
  delivered(claim: Claim, attempted: Attempted, leaseMs: number): Promise<Claim | null>;
  /** Lets go of the claim. @returns the endpoint where this very failure disabled it. */
  failed(claim: Claim, attempted: Attempted, failure: Failure): Promise<DisabledEndpoint | null>;
  /** Lets go of a claim; whoever is next may have it at once. */
  release(claim: Claim): Promise<void>;
}
