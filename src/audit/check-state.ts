import { nextDueAt } from "../domain/decide/timers.ts";
import type { EventState } from "../domain/state.ts";
import { inOrder } from "../domain/waitlist.ts";
import type { Case } from "./case.ts";
import { differing, said } from "./findings.ts";
import type { LedgerWalk } from "./ledger-walk.ts";
import type { ActorRow, Waiting } from "./ports.ts";

/** What an actor would go by that wakes up now, against what the ledger comes to. Bookings, stock and seats apart. */
export function checkState({ eventId, findings, world }: Case, stored: EventState): void {
  if (world === null) return;
  for (const { name, one, other } of differing(comparable(world.state), comparable(stored))) {
    findings.add({
      eventId,
      area: name.startsWith("waitlist") ? "waitlist" : "event",
      subject: name,
      says: whereTheyPart(one, other),
      means: name.startsWith("waitlist")
        ? "Those who wait would be served in another order, or others than those who joined."
        : "The next decision would go by something that was never decided.",
    });
  }
}

/** Of two lists, the first place where they differ: a line may be long. */
function whereTheyPart(one: unknown, other: unknown): Readonly<Record<string, string>> {
  if (!Array.isArray(one) || !Array.isArray(other)) return { ledger: said(one), tables: said(other) };
  const at = one.findIndex((member, place) => member !== other[place]);
  const place = at === -1 ? one.length : at;
  const toldAt = (list: readonly unknown[]) =>
    `${list.length} in all, at place ${place + 1} ${said(list[place])}`;
  return { ledger: toldAt(one), tables: toldAt(other) };
}

/** By name, what is compared as a whole. */
function comparable(state: EventState): Record<string, unknown> {
  const { tiers, seatMap, holds: _, holdsByUser: __, promoCodes, line, withdrawn, ...rest } = state;
  const named: Record<string, unknown> = { ...rest };
  for (const [at, { held: _h, sold: _s, blocked: _b, ...tier }] of tiers.entries())
    named[`tier ${at}`] = tier;
  for (const { used: _u, ...code } of promoCodes.values()) named[`code ${code.code}`] = code;
  const waiting = [...inOrder(line)];
  return {
    ...named,
    "number of tiers": tiers.length,
    "codes there are": [...promoCodes.keys()].sort(),
    seats: seatMap === null ? null : seatMap.status.length,
    "waitlist: order": waiting.map(({ id }) => id),
    "waitlist: tickets that those who wait have": Object.fromEntries(
      waiting.map(({ id, owned }) => [id, owned]),
    ),
    "bookings withdrawn while they waited": withdrawn,
  };
}

interface CheckedActor {
  readonly actor: ActorRow;
  readonly waiting: Waiting;
  readonly walk: Pick<LedgerWalk, "head" | "digest">;
}

/** Counters around the mailbox: head of the ledger, envelopes accepted, decided and waiting, the next alarm. */
export function checkActor({ eventId, findings, world }: Case, { actor, waiting, walk }: CheckedActor): void {
  checkHead({ eventId, findings }, actor, walk);
  for (const [lane, counts] of Object.entries(lanesOf(actor, waiting))) {
    if (counts.accepted === counts.decided + counts.waiting) continue;
    findings.add({
      eventId,
      area: "mailbox",
      subject: `envelopes, ${lane}`,
      says: {
        accepted: `${counts.accepted}`,
        "decided and waiting": `${counts.decided} + ${counts.waiting} = ${counts.decided + counts.waiting}`,
      },
      means:
        "A command that was accepted was neither decided nor is it waiting (lost), or one was decided that nobody accepted.",
    });
  }
  if (world !== null) checkAlarm({ eventId, findings }, actor.nextDueAt, nextDueAt(world.state));
}

/** The actor keeps number and digest of the last entry: entries that are cut off the end break no link. */
function checkHead(
  { eventId, findings }: Pick<Case, "eventId" | "findings">,
  { ledgerSeq, ledgerDigest }: ActorRow,
  { head, digest }: CheckedActor["walk"],
): void {
  const seq = Math.max(head, 1);
  if (ledgerSeq !== head) {
    findings.add({
      eventId,
      area: "ledger",
      seq,
      subject: "head of the ledger",
      says: { "table actor": said(ledgerSeq), "last entry": `${head}` },
      means:
        "Entries at the end of the ledger are gone, or the actor would number the next decision wrongly.",
    });
  }
  if (ledgerDigest === digest) return;
  findings.add({
    eventId,
    area: "chain",
    seq,
    subject: "digest of the head",
    says: { "table actor": said(ledgerDigest), "last entry": digest },
    means: "What the ledger ends with is not what the actor decided last: its end was cut off or changed.",
  });
}

function lanesOf(actor: ActorRow, waiting: Waiting) {
  const bookings = {
    accepted: actor.bookingsAccepted ?? 0,
    decided: actor.bookingsDecided,
    waiting: waiting.bookings,
  };
  const urgent = {
    accepted: actor.urgentAccepted ?? 0,
    decided: actor.urgentDecided,
    waiting: waiting.urgent,
  };
  return { "lane of bookings": bookings, "urgent lane": urgent };
}

function checkAlarm(
  { eventId, findings }: Pick<Case, "eventId" | "findings">,
  stored: number | null,
  due: number | null,
): void {
  if (due === null || (stored !== null && stored <= due)) return;
  const at = (ms: number | null) => (ms === null ? "never" : new Date(ms).toISOString());
  findings.add({
    eventId,
    area: "event",
    subject: "when the actor is next woken",
    says: { "table actor": at(stored), ledger: at(due) },
    means: "Holds would not expire and sales would not open or close in time.",
  });
}
