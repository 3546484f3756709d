import type { Attempt } from "../../history/history-reader.ts";
import type { Evidence } from "../evidence.ts";
import { type Judgement, judged, notJudged } from "../judgement.ts";

/** What was left over when the run was at its end, how long the rest took, and whether the system sells again. */
export function judgeBacklog({ rest, terms, history }: Evidence): Judgement {
  const probes = Map.groupBy(
    history.attempts.filter(({ invoke: { op } }) => op.type === "probe"),
    ({ invoke: { op } }) => (op.type === "probe" ? op.key : ""),
  );
  const violations = [
    ...left(rest),
    ...late(rest, terms),
    ...[...probes].flatMap(([key, attempts]) => unconfirmed(key, attempts)),
  ];
  return probes.size > 0 ? judged(violations) : notJudged("no probe was sent", violations);
}

function left({ backlog, emptyAt }: Evidence["rest"]): string[] {
  const { envelopes, outbox, paymentTasks } = backlog;
  const what = [
    [envelopes, "envelopes in mailboxes"],
    [outbox, "ranges in the outbox"],
    [paymentTasks, "questions to the payment provider"],
  ] as const;
  const told = what.flatMap(([count, name]) => (count > 0 ? [`${count} ${name} were left at the end`] : []));
  return told.length === 0 && emptyAt === null ? ["the backlog was never seen empty"] : told;
}

function late({ healedAt, emptyAt }: Evidence["rest"], { backlogMsMax }: Evidence["terms"]): string[] {
  if (healedAt === null || emptyAt === null) return [];
  const tookMs = Math.round(emptyAt - healedAt);
  return tookMs > backlogMsMax ? [`the backlog took ${tookMs} ms to empty, of ${backlogMsMax} at most`] : [];
}

/** A probe may be sent again with its key; one of its answers has to confirm it, and none to refuse it. */
function unconfirmed(key: string, attempts: readonly Attempt[]): string[] {
  const refused = attempts.find(({ done }) => done?.type === "fail" && done.status !== 503);
  if (refused !== undefined)
    return [`probe ${key} was refused: ${refused.done?.status} ${refused.done?.code}`];
  const isConfirmed = attempts.some(({ done }) => done?.type === "ok" && done.body.state === "confirmed");
  return isConfirmed ? [] : [`probe ${key} was never confirmed`];
}
