import type { Command, SetAside } from "../domain/command.ts";
import { laneOf } from "../domain/command.ts";
import { type CommandId, isUuid, type UserId } from "../domain/ids.ts";
import { decode, encode, isEnvelope } from "../mailbox/codec.ts";
import type { IdSource } from "../ops/id-source.ts";
import type { StoredLetter } from "../store/dead-letters.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The command in a dead letter as it was written, whatever it is worth: of an envelope that could not be read, what stands there. */
export function contentOf({ envelope }: Pick<StoredLetter, "envelope">): Fields | null {
  const written = fieldsOf(envelope);
  return written === null ? null : (fieldsOf(written.command) ?? written);
}

/**
 * The command to send in place of a dead one. What was decided already, as failed, has had its one outcome: it is sent as a
 * new command with an id of its own. What was never decided keeps its id: whoever asked for it, and asks again with the same
 * Idempotency-Key, is answered by what comes of it.
 * @returns what is wrong with it, where this version cannot read it
 */
export function commandAgain(letter: StoredLetter, ids: IdSource): Command | string {
  const content = contentOf(letter);
  if (content === null) return "its content could not be written down; it can only be dropped";
  // Its session with the provider ended when it failed; a new one is for the buyer to ask for.
  if (content.type === "ConfirmBooking") return "its buyer has to pay again; it can only be dropped";
  // Money that comes late makes a booking with the id of its command: whatever it is, its id tells the event.
  const id = letter.outcome === null ? letter.commandId : ids.bookingId(letter.eventNumber);
  const command = { ...content, id } as Command;
  // By the way it will take, so that it is read as a worker will read it.
  const parcel = encode({ command, lane: laneOf(command), ordinal: 0, acceptedAt: 0 });
  const read = decode({ ...parcel, id });
  return isEnvelope(read)
    ? read.command
    : `this version cannot read it (${read.error}); it can only be dropped`;
}

/** The command that gives a dead one up which was never decided. */
export function setAside(letter: StoredLetter): SetAside {
  const id = letter.commandId as CommandId;
  const content = contentOf(letter);
  const { userId, quantity, tier } = content ?? {};
  const isBooking =
    content?.type === "BookTickets" &&
    typeof userId === "string" &&
    isUuid(userId) &&
    typeof quantity === "number";
  if (!isBooking) return { type: "SetAside", id };
  return {
    type: "SetAside",
    id,
    userId: userId as UserId,
    // As somebody wanted it, though it may be none that can be sold.
    quantity: Math.max(0, Math.trunc(quantity)),
    ...(typeof tier === "string" ? { tier } : {}),
  };
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}
