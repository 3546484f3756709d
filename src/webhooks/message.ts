import { createHash } from "node:crypto";
import type { EventId } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { EventView } from "../domain/views.ts";

/** An outcome as the API shows it. */
export type ShownOutcome = Readonly<Record<string, unknown>> & {
  readonly type: string;
};

/** How the API shows an entry's outcomes, each with its number. */
export type PresentEntry = (
  entry: LedgerEntry,
  event: Pick<EventView, "eventId" | "number" | "currency" | "tiers">,
) => readonly ShownOutcome[];

/** What is sent, byte for byte. */
export interface OutcomesMessage {
  readonly id: string;
  readonly body: string;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly outcomes: number;
}

export interface Draft {
  readonly endpointId: string;
  readonly event: Parameters<PresentEntry>[1];
  /** The first number that the endpoint has not been told of. */
  readonly fromSeq: number;
  /** What follows, in order and without a gap. */
  readonly entries: readonly LedgerEntry[];
  /** Null: all. */
  readonly types: readonly string[] | null;
  readonly bytesMax: number;
  readonly present: PresentEntry;
}

/**
 * As many of the entries as fit, at least one. An outcome that the endpoint does not want is left out, but its number
 * is covered, so that one message begins where the one before ended. Null where nothing of all this is wanted.
 */
export function composeMessage(draft: Draft): OutcomesMessage | null {
  const { endpointId, event, fromSeq, entries, types } = draft;
  const shown: string[] = [];
  let bytes = 0;
  let last: LedgerEntry | null = null;
  for (const entry of entries) {
    const wanted = draft
      .present(entry, event)
      .filter(({ type }) => types === null || types.includes(type))
      .map((outcome) => JSON.stringify(outcome));
    const more = wanted.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);
    if (shown.length > 0 && bytes + more > draft.bytesMax) break;
    shown.push(...wanted);
    bytes += more;
    last = entry;
  }
  if (last === null || shown.length === 0) return null;
  const toSeq = last.seq;
  const timestamp = JSON.stringify(new Date(last.decidedAt).toISOString());
  const data = `{"event_id":"${event.eventId}","from_seq":${fromSeq},"to_seq":${toSeq},"outcomes":[${shown.join(",")}]}`;
  const body = `{"type":"event.outcomes","timestamp":${timestamp},"data":${data}}`;
  const id = messageIdOf({ endpointId, eventId: event.eventId, fromSeq, toSeq, types });
  return { id, body, fromSeq, toSeq, outcomes: shown.length };
}

/** Follows from what the message is about: whoever sends it again, and from whichever process, sends it under this id. */
function messageIdOf(of: {
  readonly endpointId: string;
  readonly eventId: EventId;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly types: readonly string[] | null;
}): string {
  const text = `${of.endpointId} ${of.eventId} ${of.fromSeq}-${of.toSeq} ${of.types?.join() ?? "*"}`;
  return `msg_${createHash("sha256").update(text).digest("base64url").slice(0, 27)}`;
}

/** The message by which an owner tries an endpoint out. */
export function testMessage(webhookId: string, id: string, nowMs: number): { id: string; body: string } {
  const timestamp = new Date(nowMs).toISOString();
  const body = JSON.stringify({ type: "webhook.test", timestamp, data: { webhook_id: webhookId } });
  return { id: `msg_${id}`, body };
}
