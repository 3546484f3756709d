import { isUuid } from "../domain/ids.ts";
import { deadLetter, deadLetters, type StoredLetter } from "../store/dead-letters.ts";
import { numberOf } from "./arguments.ts";
import { BY, whyOf } from "./audit.ts";
import {
  type Answer,
  type Asked,
  type Command,
  EXIT,
  type Installation,
  type OperatorIo,
  Unusable,
} from "./command.ts";
import { findEvent } from "./find-event.ts";
import { contentOf } from "./letter.ts";
import { drop, retry } from "./settle-letter.ts";
import { shortened, shortTime, table } from "./table.ts";

const ERROR_LENGTH_MAX = 60;

export const listLetters: Command = {
  name: "dead-letters list",
  words: ["[EVENT]"],
  says: "commands that could not be decided and were set aside, with the reason",
  options: {
    all: { type: "boolean", says: "also those that somebody has retried or dropped" },
    limit: { type: "string", value: "N", says: "how many at most, the latest first (100)" },
  },
  run: (asked, io) => within(io, (installation) => list(asked, installation)),
};

export const showLetter: Command = {
  name: "dead-letters show",
  words: ["ID"],
  says: "one of them, with everything that it holds",
  options: {},
  run: (asked, io) => within(io, (installation) => show(asked, installation)),
};

export const retryLetter: Command = {
  name: "dead-letters retry",
  words: ["ID"],
  says: "sends it through its event's mailbox again, once",
  details:
    "What was decided already, as failed, is sent as a new command: its buyer was told that it failed, and gets a new booking.\n" +
    "What was never decided is sent under its own id, so that its Idempotency-Key leads to what comes of it.",
  options: { why: { type: "string", value: "TEXT", says: "why, for the audit" }, by: BY },
  run: (asked, io) => within(io, (installation) => retry(idOf(asked), asked, { io, installation })),
};

export const dropLetter: Command = {
  name: "dead-letters drop",
  words: ["ID"],
  says: "gives it up: where it was never decided, it is rejected now",
  options: { why: { type: "string", value: "TEXT", says: "why, for the audit; needed" }, by: BY },
  run: (asked, io) => {
    whyOf(asked);
    return within(io, (installation) => drop(idOf(asked), asked, { io, installation }));
  },
};

async function within(
  io: OperatorIo,
  work: (installation: Installation) => Promise<Answer>,
): Promise<Answer> {
  const installation = await io.open();
  try {
    return await work(installation);
  } finally {
    await installation.close();
  }
}

function idOf({ words: [word = ""] }: Asked): string {
  const id = word.toLowerCase();
  if (!isUuid(id))
    throw new Unusable(`ID is a command's id (a UUID), as dead-letters list shows it, not ${word}`);
  return id;
}

async function list(asked: Asked, { pool }: Installation): Promise<Answer> {
  const countMax = numberOf(asked, "limit", { fallback: 100, min: 1, max: 10_000 });
  const [word] = asked.words;
  const event = word === undefined ? null : await findEvent(pool, word);
  if (word !== undefined && event === null) {
    return { code: EXIT.refused, text: `there is no event ${word}`, json: { error: "EventNotFound" } };
  }
  const settledToo = asked.options.all === true;
  const letters = await deadLetters(pool, { eventId: event?.eventId ?? null, settledToo, countMax });
  const json = { dead_letters: letters.map(fieldsOf) };
  if (letters.length === 0) return { code: EXIT.done, text: "there are no dead letters", json };
  const rows = letters.map((letter) => [
    letter.commandId,
    letter.eventNumber,
    String(contentOf(letter)?.type ?? "unreadable"),
    shortTime(letter.createdAt),
    letter.outcome ?? "undecided",
    letter.settlement ?? "open",
    shortened(letter.error, ERROR_LENGTH_MAX),
  ]);
  return {
    code: EXIT.done,
    text: table(["id", "event", "command", "set aside (UTC)", "decided", "", "because"], rows),
    json,
  };
}

async function show(asked: Asked, { pool }: Installation): Promise<Answer> {
  const id = idOf(asked);
  const letter = await deadLetter(pool, id);
  if (letter === null) {
    return { code: EXIT.refused, text: `there is no dead letter ${id}`, json: { error: "NotFound" } };
  }
  const { envelope, ...fields } = fieldsOf(letter);
  const rows = Object.entries(fields).map(([name, value]) => [name, String(value ?? "-")]);
  const text = `${table(["", ""], rows).trimStart()}\n\n${JSON.stringify(envelope, null, 2)}`;
  return { code: EXIT.done, text, json: fieldsOf(letter) };
}

function fieldsOf(letter: StoredLetter) {
  return {
    id: letter.commandId,
    event_id: letter.eventId,
    event_number: letter.eventNumber,
    event_name: letter.eventName,
    set_aside_at: letter.createdAt.toISOString(),
    because: letter.error,
    decided: letter.outcome,
    settlement: letter.settlement,
    settled_at: letter.settledAt?.toISOString() ?? null,
    settled_by: letter.settledBy,
    settled_why: letter.settledWhy,
    retried_as: letter.retriedAs,
    envelope: letter.envelope,
  };
}
