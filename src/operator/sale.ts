import type { CommandId } from "../domain/ids.ts";
import { inTransaction } from "../store/database.ts";
import { notifyMail } from "../store/notices.ts";
import type { NamedEvent } from "../store/operator-reads.ts";
import { actorOf, audit, BY, newId } from "./audit.ts";
import {
  type Answer,
  type Asked,
  type Command,
  EXIT,
  type Installation,
  type OperatorIo,
} from "./command.ts";
import { findEvent } from "./find-event.ts";
import { acceptIn, awaitDecision, isRefusal, told } from "./send.ts";

const commandFor = (type: "PauseSale" | "ResumeSale", name: string, says: string): Command => ({
  name,
  words: ["EVENT"],
  says,
  details:
    "EVENT is an event's id or number. Goes through the event's mailbox, as POST /events/:id/pause and /resume do, before all\n" +
    "bookings that wait, and tells what was decided.",
  options: { by: BY },
  run: async (asked, io) => {
    const installation = await io.open();
    try {
      return await move(type, asked, io, installation);
    } finally {
      await installation.close();
    }
  },
});

export const pause = commandFor(
  "PauseSale",
  "pause",
  "stops a sale where it is; who waits keeps their place",
);
export const resume = commandFor("ResumeSale", "resume", "lets a paused sale go on");

async function move(
  type: "PauseSale" | "ResumeSale",
  asked: Asked,
  io: OperatorIo,
  { pool, config }: Installation,
): Promise<Answer> {
  const [word = ""] = asked.words;
  const event = await findEvent(pool, word);
  if (event === null) {
    return { code: EXIT.refused, text: `there is no event ${word}`, json: { error: "EventNotFound" } };
  }
  const { eventId } = event;
  const commandId = newId() as CommandId;
  await inTransaction(pool, async (tx) => {
    await acceptIn(tx, config, { eventId, command: { type, id: commandId } });
    const isPaused = type === "PauseSale";
    await audit(tx, {
      actor: actorOf(asked, io),
      action: isPaused ? "sale.pause" : "sale.resume",
      subjectId: eventId,
      changes: { paused: { from: null, to: isPaused } },
    });
  });
  await notifyMail(pool, [eventId]);
  const decision = await awaitDecision(pool, { eventId, commandId });
  return answerOf(event, type, decision);
}

function answerOf(
  { eventId, name }: NamedEvent,
  type: "PauseSale" | "ResumeSale",
  decision: Awaited<ReturnType<typeof awaitDecision>>,
): Answer {
  const word = type === "PauseSale" ? "paused" : "resumed";
  if (decision === null) {
    const text = `accepted, not decided yet: ${name} is ${word} as soon as a worker takes its turn (evently awake shows whether one does)`;
    return { code: EXIT.underWay, text, json: { event_id: eventId, decided: null } };
  }
  const json = { event_id: eventId, decided: told(decision) };
  if (isRefusal(decision)) {
    return { code: EXIT.refused, text: `${name} is not ${word}: ${told(decision)}`, json };
  }
  return { code: EXIT.done, text: `${name} is ${word}`, json };
}
