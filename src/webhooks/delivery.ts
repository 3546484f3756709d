import type { LedgerEntry } from "../domain/ledger.ts";
import { composeMessage, type OutcomesMessage, type PresentEntry } from "./message.ts";
import type { Attempted, Claim, CourierStore, DisabledEndpoint, Failure } from "./ports.ts";
import { FAILING_MS_MAX, pauseAfter } from "./schedule.ts";
import type { AttemptResult, Sender } from "./sender.ts";

export interface DeliveryPorts {
  readonly store: Omit<CourierStore, "prepare" | "claim" | "renew">;
  readonly sender: Pick<Sender, "attempt">;
  readonly present: PresentEntry;
  readonly newId: () => string;
  readonly now: () => number;
  /** 0 … 1. */
  readonly dice: () => number;
  readonly leaseMs: number;
  readonly observe: (attempt: { readonly result: AttemptResult["type"]; readonly outcomes: number }) => void;
  readonly tellDisabled: (endpoint: DisabledEndpoint) => void;
}

export interface Step {
  /** The claim as it is now; null where it is let go of. */
  readonly next: Claim | null;
  /** There was more than one message could hold. */
  readonly isFull: boolean;
}

/** Ledger entries of one message. */
const ENTRIES_MAX = 1_000;
/** A message is not made shorter than this; a single outcome may be longer. */
const MESSAGE_BYTES_MIN = 8_192;
const ENDED: Step = { next: null, isFull: false };

/** One message about one event to one endpoint: made of the ledger, sent, and written down what became of it. */
export class Delivery {
  readonly #ports: DeliveryPorts;

  constructor(ports: DeliveryPorts) {
    this.#ports = ports;
  }

  async step(claim: Claim, signal: AbortSignal): Promise<Step> {
    const { store, present } = this.#ports;
    const { eventId, endpointId, sentSeq, scannedSeq, toSeq, types } = claim;
    const max = toSeq === null ? ENTRIES_MAX : toSeq - scannedSeq;
    const read = await store.read(eventId, scannedSeq + 1, max);
    const entries = unbroken(read.entries, scannedSeq + 1);
    const last = entries.at(-1);
    if (read.event === null || last === undefined) return await this.#release(claim);
    const isFull = entries.length === ENTRIES_MAX;
    // One that was tried before is made of the same entries again, whatever their length.
    const bytesMax = toSeq === null ? claim.messageBytesMax : Number.POSITIVE_INFINITY;
    const event = read.event;
    const draft = { endpointId, event, fromSeq: sentSeq + 1, entries, types, bytesMax, present };
    const message = composeMessage(draft);
    if (message === null) return { next: await store.skip(claim, last.seq), isFull };
    if (toSeq === null && !(await store.begin(claim, message.toSeq))) return ENDED;
    const next = await this.#send(claim, message, signal);
    return { next, isFull: isFull || message.toSeq < last.seq };
  }

  async #send(claim: Claim, message: OutcomesMessage, signal: AbortSignal): Promise<Claim | null> {
    const { store, sender, newId, observe, leaseMs, tellDisabled } = this.#ports;
    const result = await sender.attempt(message, claim, signal);
    observe({ result: result.type, outcomes: message.outcomes });
    if (result.type === "aborted") return (await this.#release(claim)).next;
    const { id: messageId, fromSeq, toSeq } = message;
    const attempted: Attempted = { attemptId: newId(), messageId, fromSeq, toSeq, result };
    if (result.type === "delivered") return await store.delivered(claim, attempted, leaseMs);
    const disabled = await store.failed(claim, attempted, this.#failureOf(claim, message, result));
    if (disabled !== null) tellDisabled(disabled);
    return null;
  }

  #failureOf(claim: Claim, message: OutcomesMessage, result: AttemptResult): Failure {
    const { now, dice } = this.#ports;
    const restMs = result.retryAfterMs ?? 0;
    const hasFailedTooLong = claim.failingSince !== null && now() - claim.failingSince >= FAILING_MS_MAX;
    const half = Math.floor(Buffer.byteLength(message.body) / 2);
    const canShrink = result.type === "tooLong" && message.outcomes > 1 && half >= MESSAGE_BYTES_MIN;
    return {
      pauseMs: Math.max(restMs, pauseAfter(claim.attempts + 1, dice())),
      restMs,
      disable: result.type === "gone" ? "gone" : hasFailedTooLong ? "failing" : null,
      shrinkTo: canShrink ? half : null,
    };
  }

  async #release(claim: Claim): Promise<Step> {
    await this.#ports.store.release(claim);
    return ENDED;
  }
}

/**
 * The entries up to the first number that is missing. A ledger has no gaps, and a number is visible only after the one
 * before it; this is the belt to those braces: nothing is ever passed over that comes later.
 */
function unbroken(entries: readonly LedgerEntry[], fromSeq: number): readonly LedgerEntry[] {
  const gap = entries.findIndex(({ seq }, at) => seq !== fromSeq + at);
  return gap < 0 ? entries : entries.slice(0, gap);
}
