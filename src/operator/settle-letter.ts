import type pg from "pg";
import type { Command } from "../domain/command.ts";
import type { CommandId } from "../domain/ids.ts";
import type { Acceptance } from "../mailbox/accept.ts";
import { IdSource } from "../ops/id-source.ts";
import { inTransaction } from "../store/database.ts";
import { lockDeadLetter, type StoredLetter, settleLetter } from "../store/dead-letters.ts";
import { notifyMail } from "../store/notices.ts";
import { textOf } from "./arguments.ts";
import { actorOf, audit } from "./audit.ts";
import { type Answer, type Asked, EXIT, type Installation, type OperatorIo } from "./command.ts";
import { commandAgain, setAside } from "./letter.ts";
import { acceptIn, awaitDecision, isRefusal, told } from "./send.ts";

interface With {
  readonly io: OperatorIo;
  readonly installation: Installation;
}

/** What is to become of a letter: a command to send for it, if any. */
interface Plan {
  readonly settlement: "retried" | "dropped";
  readonly command: Command | null;
}

/** Sends a dead letter's command again. */
export function retry(id: string, asked: Asked, environment: With): Promise<Answer> {
  return settle(id, asked, environment, (letter) => {
    const command = commandAgain(letter, new IdSource());
    return typeof command === "string" ? command : { settlement: "retried", command };
  });
}

/** Gives a dead letter up; one that was never decided is decided now, so that nobody waits for it any more. */
export function drop(id: string, asked: Asked, environment: With): Promise<Answer> {
  return settle(id, asked, environment, (letter) => ({
    settlement: "dropped",
    command: letter.outcome === null ? setAside(letter) : null,
  }));
}

/**
 * One transaction: the letter is held, its command is put into the mailbox, and both the letter and the audit say so. Whatever
 * fails, either all of it is true or nothing; and of two who settle a letter at once the second finds it settled.
 */
async function settle(
  id: string,
  asked: Asked,
  { io, installation: { pool, config } }: With,
  planFor: (letter: StoredLetter) => Plan | string,
): Promise<Answer> {
  const settled = await inTransaction(pool, async (tx) => {
    const letter = await lockDeadLetter(tx, id);
    if (letter === null) return refused(`there is no dead letter ${id}`);
    if (letter.settlement !== null) {
      return refused(
        `it was ${letter.settlement} by ${letter.settledBy} at ${letter.settledAt?.toISOString()}`,
      );
    }
    const plan = planFor(letter);
    if (typeof plan === "string") return refused(plan);
    const { command } = plan;
    if (command !== null) {
      const acceptance = await acceptIn(tx, config, { eventId: letter.eventId, command });
      if (acceptance.type !== "accepted")
        return refused(`the mailbox did not take it: ${whyNot(acceptance)}`);
    }
    await writeDown(tx, letter, plan, { asked, io });
    return { letter, plan };
  });
  if ("code" in settled) return settled;
  const { letter, plan } = settled;
  if (plan.command === null) {
    const text = `dropped; its outcome stays ${letter.outcome}`;
    return { code: EXIT.done, text, json: { id, settlement: "dropped", decided: letter.outcome } };
  }
  await notifyMail(pool, [letter.eventId]);
  return await answerTo(pool, letter, { ...plan, command: plan.command });
}

async function writeDown(
  tx: pg.PoolClient,
  letter: StoredLetter,
  { settlement, command }: Plan,
  { asked, io }: { readonly asked: Asked; readonly io: OperatorIo },
): Promise<void> {
  const actor = actorOf(asked, io);
  const why = textOf(asked, "why");
  const retriedAs = settlement === "retried" ? (command?.id ?? null) : null;
  await settleLetter(tx, letter, { settlement, by: actor.name, why, retriedAs });
  await audit(tx, {
    actor,
    action: settlement === "retried" ? "dead_letter.retried" : "dead_letter.dropped",
    subjectId: letter.commandId,
    changes: {
      settlement: { from: null, to: settlement },
      event_id: { from: letter.eventId, to: letter.eventId },
      why: { from: null, to: why },
      ...(retriedAs === null ? {} : { retried_as: { from: letter.commandId, to: retriedAs } }),
    },
  });
}

async function answerTo(
  pool: pg.Pool,
  { eventId, commandId }: StoredLetter,
  { settlement, command }: { readonly settlement: "retried" | "dropped"; readonly command: Command },
): Promise<Answer> {
  const decision = await awaitDecision(pool, { eventId, commandId: command.id as CommandId });
  const json = { id: commandId, settlement, command_id: command.id, decided: decision && told(decision) };
  if (decision === null) {
    const text = `${settlement} as ${command.id}; not decided yet: the sale may be paused, or no worker takes its turn`;
    return { code: EXIT.underWay, text, json };
  }
  // A dropped command is refused: that is what was asked for.
  const code = settlement === "retried" && isRefusal(decision) ? EXIT.refused : EXIT.done;
  return { code, text: `${settlement} as ${command.id}: ${told(decision)}`, json };
}

function whyNot(acceptance: Exclude<Acceptance, { type: "accepted" }>): string {
  return acceptance.type === "refused" ? acceptance.refusal.reason : acceptance.type;
}

function refused(text: string): Answer {
  return { code: EXIT.refused, text, json: { error: text } };
}
