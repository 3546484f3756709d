import { answeredInVain } from "../answered-wishes.ts";
import { entriesByCommand } from "../decided.ts";
import { deniedLooks } from "../denied-looks.ts";
import type { EventBooks, Evidence } from "../evidence.ts";
import { findingsOf } from "../findings.ts";
import { type Judgement, judged } from "../judgement.ts";

/** Whatever was answered with 2xx stands in the ledger once, and nothing that nobody poisoned was set aside. */
export function judgeOneEnd(evidence: Evidence): Judgement {
  const { events, findings, terms } = evidence;
  return judged([
    ...lost(evidence),
    ...answeredInVain(evidence),
    ...deniedLooks(evidence),
    ...leftQueued(evidence),
    ...events.flatMap(decidedTwice),
    ...events.flatMap((books) => setAside(books, terms.poison)),
    ...findingsOf(findings, "I3"),
  ]);
}

function lost(evidence: Evidence): string[] {
  const entries = entriesByCommand(evidence);
  const setAside = new Set(evidence.events.flatMap(({ deadLetters }) => deadLetters));
  const missing = new Map<string, string>();
  for (const { invoke, done } of evidence.history.attempts) {
    const { op, id } = invoke;
    if ((op.type !== "book" && op.type !== "probe") || done?.type !== "ok") continue;
    const { booking } = done.body;
    if (booking === undefined) missing.set(`operation ${id}`, `operation ${id} was accepted and given no id`);
    else if (!entries.has(booking) && !setAside.has(booking))
      missing.set(
        booking,
        `booking ${booking} was accepted (operation ${id}, ${done.status}) and never decided`,
      );
  }
  const gone = evidence.keys
    .filter(({ isRefused, commandId }) => !isRefused && !entries.has(commandId) && !setAside.has(commandId))
    .filter(({ eventId }) => evidence.events.some((books) => books.eventId === eventId))
    .map(({ commandId }) => `command ${commandId} was accepted under a key and never decided`);
  return [...missing.values(), ...gone];
}

/** Who looked last at a booking and found it in line, after the workload had ended. */
function leftQueued({ history }: Evidence): string[] {
  const ended =
    history.notes.findLast(({ what }) => what === "workloadEnded")?.at ?? Number.POSITIVE_INFINITY;
  const last = new Map<string, { readonly at: number; readonly isQueued: boolean }>();
  for (const { invoke, done } of history.attempts) {
    if (invoke.op.type !== "look" || done?.type !== "ok") continue;
    const before = last.get(invoke.op.booking);
    if (before !== undefined && before.at > done.at) continue;
    last.set(invoke.op.booking, { at: done.at, isQueued: done.body.state === "queued" });
  }
  return [...last].flatMap(([booking, { at, isQueued }]) =>
    isQueued && at > ended ? [`booking ${booking} was still in line when the workload had ended`] : [],
  );
}

function decidedTwice({ eventId, ledger }: EventBooks): string[] {
  const seqs = new Map<string, number>();
  return ledger.flatMap(({ command, seq }) => {
    const before = seqs.get(command.id);
    seqs.set(command.id, seq);
    return before === undefined
      ? []
      : [`event ${eventId}: command ${command.id} was decided at ledger ${before} and ${seq}`];
  });
}

function setAside({ eventId, ledger, deadLetters }: EventBooks, poison: ReadonlySet<string>): string[] {
  const failed = ledger.flatMap(({ command, decision: [head], seq }) =>
    "reason" in head && head.reason === "CommandFailed" && !poison.has(command.id)
      ? [`event ${eventId}, ledger ${seq}: ${command.type} ${command.id} failed for no reason of its own`]
      : [],
  );
  const dead = deadLetters
    .filter((id) => !poison.has(id))
    .map((id) => `event ${eventId}: command ${id} was set aside`);
  return [...failed, ...dead];
}
