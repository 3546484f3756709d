import { setTimeout as sleep } from "node:timers/promises";
import type { CaughtUp } from "./messages.ts";
import type { Answer } from "./packets.ts";

const QUESTIONS_MAX = 1_000;
/** Who is told that too many are catching up tries again. */
const AGAIN_MS = 50;

interface Missed {
  readonly name: string;
  readonly data: { readonly seq: number };
}

/** Asks `catch_up` until the server says that its answer is complete. */
export async function catchUpOf(
  ask: (name: string, payload: object) => Promise<Answer>,
  { eventId, afterSeq }: { readonly eventId: string; readonly afterSeq: number },
): Promise<Omit<CaughtUp, "client">> {
  const seqs: number[] = [];
  let after = afterSeq;
  for (let questions = 0; questions < QUESTIONS_MAX; questions += 1) {
    const answer = await ask("catch_up", { event_id: eventId, after_seq: after }).catch(failed);
    if (answer.code === "RATE_LIMIT_EXCEEDED") {
      await sleep(AGAIN_MS);
      continue;
    }
    if (!answer.ok) return { seqs, failure: answer.code ?? "refused" };
    const pushes = answer.pushes as readonly Missed[];
    seqs.push(...pushes.filter(({ name }) => name === "booking_confirmed").map(({ data }) => data.seq));
    if (answer.complete === true) return { seqs, failure: null };
    after = Number(answer.seq);
  }
  return { seqs, failure: `not complete after ${QUESTIONS_MAX} questions` };
}

function failed(error: unknown): Answer {
  return { ok: false, code: error instanceof Error ? error.message : String(error) };
}
