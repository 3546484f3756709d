import type { Attempt } from "../../history/history-reader.ts";
import { commandsOf } from "../decided.ts";
import type { Evidence } from "../evidence.ts";
import { type Judgement, judged, notJudged } from "../judgement.ts";
import { payloadOf, type Request, requestsOf } from "../requests.ts";

/** By key: one effect, equal replies, and 422 for whoever used it for something else. And no effect that nobody asked for. */
export function judgeKeys(evidence: Evidence): Judgement {
  const requests = requestsOf(evidence);
  const keyed = requests.filter(({ key }) => key !== null);
  const violations = [...keyed.flatMap(judgeOne), ...unasked(evidence, requests)];
  return keyed.some(({ attempts }) => attempts.length > 1)
    ? judged(violations)
    : notJudged("no key was used twice", violations);
}

function judgeOne(request: Request): string[] {
  const { name, attempts } = request;
  const effects = commandsOf(request);
  const payloads = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    const payload = payloadOf(attempt.invoke.op);
    payloads.set(payload, [...(payloads.get(payload) ?? []), attempt]);
  }
  const served = [...payloads.values()].filter((same) => same.some(isServed));
  return [
    ...(effects.size > 1 ? [`${name} had ${effects.size} effects: ${[...effects].join(", ")}`] : []),
    ...(served.length > 1 ? [`${name} was answered for ${served.length} different requests`] : []),
    ...wrongRefusals(name, payloads.values()),
    ...served.flatMap((same) => unequal(name, same)),
  ];
}

/** Whether an answer is one to this very request: it was carried out, or refused for good. */
function isServed({ done }: Attempt): boolean {
  if (done?.type === "ok") return true;
  // A sale that is not on refuses some requests before they are accepted: the key stays free.
  return done?.type === "fail" && done.status === 409 && done.code !== "EVENT_NOT_ON_SALE";
}

/** 422 says that the key was used for another request: there has to be one. */
function wrongRefusals(name: string, payloads: Iterable<readonly Attempt[]>): string[] {
  const groups = [...payloads];
  const isReuse = ({ done }: Attempt) => done?.status === 422 && done.code === "IDEMPOTENCY_KEY_REUSED";
  const reused = groups.flat().filter(isReuse);
  if (reused.length === 0 || groups.length > 1) return [];
  return [`${name} was answered 422 (operation ${reused[0]?.invoke.id}) though it was only ever one request`];
}

/** Final answers to one request; those that only say that it is in line agree where they name the same booking. */
function unequal(name: string, attempts: readonly Attempt[]): string[] {
  const served = attempts.filter(isServed);
  const bookings = new Set(
    served.flatMap(({ invoke: { op }, done }) =>
      op.type === "book" || op.type === "probe" ? (done?.body.booking ?? []) : [],
    ),
  );
  const finals = new Map(served.filter(isFinal).map((attempt) => [finalOf(attempt), attempt.invoke.id]));
  return [
    ...(bookings.size > 1
      ? [`${name} was told of ${bookings.size} bookings: ${[...bookings].join(", ")}`]
      : []),
    ...(finals.size > 1
      ? [`${name} was answered in ${finals.size} ways: ${[...finals.keys()].join(" and ")}`]
      : []),
  ];
}

function isFinal({ done }: Attempt): boolean {
  return done?.status !== 202 || done.body.state === "waitlisted";
}

/**
 * What must be the same in every answer: whether it worked, and what was made by it. A booking is told as it was decided,
 * however it has moved on; of what is replayed about it later, states move on, and are left out.
 */
function finalOf({ invoke: { op }, done }: Attempt): string {
  if (done === null) return "nothing";
  const isBooking = op.type === "book" || op.type === "probe";
  if (!isBooking) return done.type === "ok" ? "done" : `${done.status} ${done.code}`;
  const { booking, reference, state, quantity, seats, totalAmount, expiresAt } = done.body;
  return JSON.stringify([
    done.type,
    done.type === "ok" ? null : done.code,
    booking,
    reference,
    state,
    quantity,
    seats,
    totalAmount,
    expiresAt,
  ]);
}

/** Bookings in the ledger that no client knows of, beyond the requests whose answers never came. */
function unasked({ events, history }: Evidence, requests: readonly Request[]): string[] {
  const known = new Set(requests.flatMap((request) => [...commandsOf(request)]));
  const open = new Map<string, number>();
  for (const { invoke, done } of history.attempts) {
    const { op } = invoke;
    // A refusal names no booking, though it may have been decided; without an answer nothing is known.
    if (op.type !== "book" || op.key !== null || done?.type === "ok") continue;
    const who = `${op.event} ${op.user} ${op.quantity}`;
    open.set(who, (open.get(who) ?? 0) + 1);
  }
  return events.flatMap(({ eventId, ledger }) =>
    ledger.flatMap(({ command, seq }) => {
      if (command.type !== "BookTickets" || known.has(command.id)) return [];
      const who = `${eventId} ${command.userId} ${command.quantity}`;
      const left = open.get(who) ?? 0;
      open.set(who, left - 1);
      return left > 0 ? [] : [`event ${eventId}, ledger ${seq}: nobody asked for booking ${command.id}`];
    }),
  );
}
